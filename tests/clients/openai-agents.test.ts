import { Agent, OpenAIResponsesModel, run, setTracingDisabled, tool } from "@openai/agents";
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

function agent(): Agent {
  return new Agent({
    name: "Assistant",
    instructions: "Be brief.",
    model: new OpenAIResponsesModel(team.client, team.model),
    tools: [weather],
  });
}

it("runs an agent with a tool to its final output", async () => {
  team.upstream.script(
    chatToolCalls([{ id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' }]),
    chatText("Cold."),
  );
  const result = await run(agent(), "Weather in Oslo?");
  expect(result.finalOutput).toBe("Cold.");
  expect(team.upstream.requests.at(-1)?.body.messages).toMatchObject([
    { content: "Be brief." },
    { role: "user", content: "Weather in Oslo?" },
    { role: "assistant" },
    { role: "tool", content: "Oslo: 5 degrees" },
  ]);
});

it("streams an agent's run", async () => {
  team.upstream.script(chatText(["Hello ", "there."]));
  const result = await run(agent(), "Hi", { stream: true });
  let text = "";
  for await (const chunk of result.toTextStream()) text += chunk;
  await result.completed;
  expect(text).toBe("Hello there.");
  expect(result.finalOutput).toBe("Hello there.");
});

it("goes on from a stored response", async () => {
  team.upstream.script(chatText("I am Ada."), chatText("Ada."));
  const first = await run(agent(), "Who are you?");
  const second = await run(agent(), "Again?", { previousResponseId: first.lastResponseId });
  expect(second.finalOutput).toBe("Ada.");
  expect(JSON.stringify(team.upstream.requests.at(-1)?.body.messages)).toContain("I am Ada.");
});
