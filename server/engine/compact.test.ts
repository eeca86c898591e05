import { expect, test } from "vitest";
import { AppError } from "#server/errors";
import { isTerminalEvent } from "#server/protocol/events";
import { brokenRules } from "#server/protocol/stream-rules";
import type { ModelEvent } from "#server/providers/provider";
import { asWire, runEngine } from "#tests/support/run-engine";
import { sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const usage = (inputTokens: number, outputTokens: number): ModelEvent[] => [
  { type: "usage", usage: { inputTokens, outputTokens, cachedTokens: 0, reasoningTokens: 0 } },
];
const compaction = {
  endsResponse: false,
  transcript: "User: hi",
  finish: (summary: string) => ({
    item: { type: "compaction" as const, id: "cmp_1", status: "completed" as const, encrypted_content: `<${summary}>` },
    input: [{ type: "message" as const, role: "user" as const, content: [{ type: "text" as const, text: summary }] }],
  }),
};

test("the model summarises first, reads the summary in place of the context, and both calls are counted", async () => {
  const model = scriptedModel(
    [...sayingTurn("They ", "greet."), usage(100, 5)],
    [...sayingTurn("Hello."), usage(9, 2)],
  );
  const events = await runEngine({ model, compaction, body: { tools: [{ type: "function", name: "f" }] } });
  expect(brokenRules(asWire(events))).toEqual([]);
  expect(model.requests[0]).toMatchObject({ task: "summary", tools: [], toolChoice: { type: "none" } });
  expect(JSON.stringify(model.requests[0]?.input)).toContain("User: hi");
  expect(model.requests[1]?.input).toEqual(compaction.finish("They greet.").input);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  expect(last.response).toMatchObject({
    status: "completed",
    output: [{ type: "compaction", id: "cmp_1", encrypted_content: "<They greet.>" }, { type: "message" }],
    usage: { input_tokens: 109, output_tokens: 7 },
  });
  expect(events.slice(0, 4).map((event) => event.type)).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.output_item.done",
  ]);
});

test("a compaction that was asked for is the whole response", async () => {
  const model = scriptedModel([...sayingTurn("They greet."), usage(100, 5)]);
  const events = await runEngine({ model, compaction: { ...compaction, endsResponse: true } });
  expect(brokenRules(asWire(events))).toEqual([]);
  expect(model.requests).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({
    type: "response.completed",
    response: { output: [{ type: "compaction", id: "cmp_1" }], usage: { input_tokens: 100, output_tokens: 5 } },
  });
});

test.each<[string, ModelEvent[][] | (() => AsyncGenerator<ModelEvent[]>), string]>([
  ["says nothing", [[{ type: "finish", reason: "stop" }]], "The model gave no summary"],
  [
    "fails",
    async function* () {
      yield [{ type: "text", text: "We" }];
      throw new AppError("provider_error", "The provider broke off.");
    },
    "The provider broke off.",
  ],
])("a model that %s fails the response, without an item", async (_, turn, message) => {
  const events = await runEngine({ model: scriptedModel(turn), compaction });
  expect(events.at(-1)).toMatchObject({
    type: "response.failed",
    response: { output: [], error: { code: "provider_error", message: expect.stringContaining(message) } },
  });
});
