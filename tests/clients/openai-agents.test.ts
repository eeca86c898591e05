import {
  Agent,
  type Model,
  OpenAIChatCompletionsModel,
  OpenAIConversationsSession,
  OpenAIResponsesModel,
  run,
  setTracingDisabled,
  tool,
} from "@openai/agents";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
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

const MODELS: [string, (id: string) => Model][] = [
  ["responses", (id) => new OpenAIResponsesModel(team.client, id)],
  ["chat completions", (id) => new OpenAIChatCompletionsModel(team.client, id)],
];

function agent(model: Model = new OpenAIResponsesModel(team.client, team.model)): Agent {
  return new Agent({ name: "Assistant", instructions: "Be brief.", model, tools: [weather] });
}

/** An agent that can only hand over to another, who knows the weather. */
function reception(model: Model): Agent {
  const forecaster = new Agent({ name: "Forecaster", instructions: "You know the weather.", model, tools: [weather] });
  return new Agent({ name: "Reception", instructions: "Hand over.", model, handoffs: [forecaster] });
}

describe.each(MODELS)("over %s", (_name, open) => {
  it("hands over, streaming or not", async () => {
    for (const stream of [false, true]) {
      team.upstream.script(
        chatToolCalls([{ id: "call_1", name: "transfer_to_Forecaster", arguments: "{}" }]),
        chatToolCalls([{ id: "call_2", name: "weather", arguments: '{"city":"Oslo"}' }]),
        chatText("Cold."),
      );
      const result = stream
        ? await run(reception(open(team.model)), "Weather in Oslo?", { stream })
        : await run(reception(open(team.model)), "Weather in Oslo?", { stream });
      if ("completed" in result) await result.completed;
      expect(result.finalOutput).toBe("Cold.");
      expect(result.lastAgent?.name).toBe("Forecaster");
      const messages = JSON.stringify(team.upstream.requests.at(-1)?.body.messages);
      expect(messages).toContain("You know the weather.");
      expect(messages).toContain("Oslo: 5 degrees");
    }
  });

  it("runs on builtin: tools, streaming, handing over", async () => {
    const demo = open("builtin/demo");
    const called = await run(agent(demo), "weather for the city Oslo");
    expect(called.finalOutput).toContain("5 degrees");
    const streamed = await run(agent(open("builtin/echo")), "Word for word.", { stream: true });
    await streamed.completed;
    expect(streamed.finalOutput).toBe("Word for word.");
    const handed = await run(reception(demo), "transfer_to_Forecaster");
    expect(handed.lastAgent?.name).toBe("Forecaster");
  });
});

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

it("remembers through a conversation", async () => {
  const session = new OpenAIConversationsSession({ client: team.client });
  team.upstream.script(chatText("Hello Ada."), chatText("Ada."));
  await run(agent(), "I am Ada.", { session });
  const second = await run(agent(), "Who am I?", { session });
  expect(second.finalOutput).toBe("Ada.");
  expect(team.upstream.requests.at(-1)?.body.messages).toMatchObject([
    { role: "system" },
    { role: "user", content: "I am Ada." },
    { role: "assistant", content: "Hello Ada." },
    { role: "user", content: "Who am I?" },
  ]);
});

it("goes on from a stored response", async () => {
  team.upstream.script(chatText("I am Ada."), chatText("Ada."));
  const first = await run(agent(), "Who are you?");
  const second = await run(agent(), "Again?", { previousResponseId: first.lastResponseId });
  expect(second.finalOutput).toBe("Ada.");
  expect(JSON.stringify(team.upstream.requests.at(-1)?.body.messages)).toContain("I am Ada.");
});
