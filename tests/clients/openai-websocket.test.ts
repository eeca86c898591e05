import { Agent, OpenAIResponsesWSModel, run, setTracingDisabled, tool } from "@openai/agents";
import type { ResponsesClientEvent, ResponsesServerEvent } from "openai/resources/responses/responses";
import { ResponsesWS } from "openai/resources/responses/ws";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { z } from "zod";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  setTracingDisabled(true);
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const weather = tool({
  name: "weather",
  description: "Weather of a city",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `${city}: 5 degrees`,
});

/** Sends one request with the client's own WebSocket and reads the events of its turn. */
async function ask(ws: ResponsesWS, event: ResponsesClientEvent.ResponseCreate): Promise<ResponsesServerEvent[]> {
  const events: ResponsesServerEvent[] = [];
  const messages = ws.stream();
  ws.send(event);
  for await (const message of messages) {
    if (message.type === "error") throw message.error;
    if (message.type !== "message") continue;
    events.push(message.message);
    if (["response.completed", "response.incomplete", "response.failed"].includes(message.message.type)) break;
  }
  return events;
}

it("the openai client's WebSocket runs turns, continues unstored ones, and is told of errors", async () => {
  const ws = new ResponsesWS(team.client);
  team.upstream.script(chatText(["O", "K."]), chatText("Zinc."));
  const first = await ask(ws, { type: "response.create", model: team.model, store: false, input: "The word is zinc." });
  expect(first[0]).toMatchObject({ type: "response.created" });
  const done = first.at(-1);
  if (done?.type !== "response.completed") throw new Error("not completed");
  const next = { type: "response.create", model: team.model, store: false, input: "Which?" } as const;
  const second = await ask(ws, { ...next, previous_response_id: done.response.id });
  expect(second.at(-1)).toMatchObject({ type: "response.completed", response: { status: "completed" } });
  expect(team.upstream.requests.at(-1)?.body.messages).toMatchObject([
    { content: "The word is zinc." },
    { content: "OK." },
    { content: "Which?" },
  ]);
  await expect(ask(ws, { ...next, previous_response_id: "resp_unknown" })).rejects.toMatchObject({
    message: expect.stringContaining("resp_unknown"),
    error: { status: 400, error: { code: "previous_response_not_found" } },
  });
  ws.close();
});

it("the Agents SDK runs a whole tool loop over one connection", async () => {
  const model = new OpenAIResponsesWSModel(team.client, team.model);
  const agent = new Agent({ name: "Assistant", instructions: "Be brief.", model, tools: [weather] });
  team.upstream.script(
    chatToolCalls([{ id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' }]),
    chatText("Cold."),
  );
  expect((await run(agent, "Weather in Oslo?")).finalOutput).toBe("Cold.");
  team.upstream.script(chatText(["Hello ", "there."]));
  const streamed = await run(agent, "Hi", { stream: true });
  await streamed.completed;
  expect(streamed.finalOutput).toBe("Hello there.");
  await model.close();
});

it("both run on builtin too", async () => {
  const ws = new ResponsesWS(team.client);
  const events = await ask(ws, {
    type: "response.create",
    model: "builtin/echo",
    store: false,
    input: "Word for word.",
  });
  expect(events.at(-1)).toMatchObject({
    type: "response.completed",
    response: { output: [{ content: [{ text: "Word for word." }] }] },
  });
  ws.close();
  const model = new OpenAIResponsesWSModel(team.client, "builtin/demo");
  const agent = new Agent({ name: "Assistant", instructions: "Be brief.", model, tools: [weather] });
  expect((await run(agent, "weather for the city Oslo")).finalOutput).toContain("5 degrees");
  await model.close();
});
