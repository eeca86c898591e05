import { describe, expect, it } from "vitest";
import { convertInput } from "#server/providers/openai-compatible/convert-input";
import { convertTools } from "#server/providers/openai-compatible/convert-tools";
import { ChatDecoder } from "#server/providers/openai-compatible/decode-chat";
import { quirksOf } from "#server/providers/openai-compatible/quirks";
import type { ModelEvent, ModelInput, ModelTool } from "#server/providers/provider";
import { modelRequest, testConnection, userMessage } from "#tests/support/model-request";

const openAi = quirksOf(testConnection({ baseUrl: "https://api.openai.com/v1" }));
const plain = quirksOf(testConnection({ baseUrl: "http://localhost:1/v1" }));
const parameters = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };
const sql: ModelTool = {
  name: "sql",
  description: "Runs SQL",
  parameters,
  strict: false,
  hosted: null,
  custom: { type: "grammar", syntax: "lark", definition: "start: WORD" },
};
const call: ModelInput = { type: "tool_call", callId: "c", name: "sql", arguments: '{"input":"A"}', input: "A" };

describe("custom tools in chat completions", () => {
  it("are themselves where the server knows them", () => {
    const request = modelRequest({ tools: [sql], toolChoice: { type: "tool", name: "sql" } });
    expect(convertTools(request, openAi)).toEqual({
      tools: [
        {
          type: "custom",
          custom: {
            name: "sql",
            description: "Runs SQL",
            format: { type: "grammar", grammar: { syntax: "lark", definition: "start: WORD" } },
          },
        },
      ],
      tool_choice: { type: "custom", custom: { name: "sql" } },
    });
    expect(convertInput([userMessage("go"), call], null, openAi).at(-1)).toMatchObject({
      tool_calls: [{ id: "c", type: "custom", custom: { name: "sql", input: "A" } }],
    });
  });

  it("are functions of one string elsewhere", () => {
    const request = modelRequest({ tools: [sql], toolChoice: { type: "tool", name: "sql" } });
    expect(convertTools(request, plain)).toEqual({
      tools: [{ type: "function", function: { name: "sql", description: "Runs SQL", parameters } }],
      tool_choice: { type: "function", function: { name: "sql" } },
    });
    expect(convertInput([userMessage("go"), call], null, plain).at(-1)).toMatchObject({
      tool_calls: [{ id: "c", type: "function", function: { name: "sql", arguments: '{"input":"A"}' } }],
    });
  });

  it("are called with text, in pieces", () => {
    const decoder = new ChatDecoder();
    const events: ModelEvent[] = [];
    const chunk = (fields: object) => ({ choices: [{ delta: { tool_calls: [{ index: 0, ...fields }] } }] });
    decoder.push(chunk({ id: "c", type: "custom", custom: { name: "sql", input: "" } }), events);
    decoder.push(chunk({ custom: { input: "SELECT" } }), events);
    decoder.push(chunk({ custom: { input: " 1" } }), events);
    decoder.finish(events);
    expect(events.slice(0, 4)).toEqual([
      { type: "tool_call", callId: "c", name: "sql", custom: true },
      { type: "tool_call_arguments", callId: "c", delta: "SELECT" },
      { type: "tool_call_arguments", callId: "c", delta: " 1" },
      { type: "tool_call_done", callId: "c" },
    ]);
  });
});
