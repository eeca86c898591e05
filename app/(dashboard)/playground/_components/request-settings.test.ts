import { describe, expect, it } from "vitest";
import { buildRequest, emptySettings, parseFunctions } from "./request-settings.tsx";

const history = [
  {
    type: "message" as const,
    id: "msg_1",
    status: "completed" as const,
    role: "user" as const,
    content: [{ type: "input_text" as const, text: "a" }],
  },
];

describe("buildRequest", () => {
  it("carries only what was set", () =>
    expect(buildRequest({ settings: emptySettings, input: "Hi", previousResponseId: null, history: [] })).toEqual({
      input: "Hi",
      stream: true,
    }));
  it("asks for the passages of a search, which the citations open", () =>
    expect(
      buildRequest({
        settings: {
          ...emptySettings,
          model: "m",
          vectorStoreIds: ["vs_1"],
          temperature: "0,5",
          functions: '[{"type":"function"}]',
        },
        input: "Hi",
        previousResponseId: "resp_1",
        history,
      }),
    ).toEqual({
      model: "m",
      input: "Hi",
      previous_response_id: "resp_1",
      tools: [{ type: "file_search", vector_store_ids: ["vs_1"] }, { type: "function" }],
      include: ["file_search_call.results"],
      temperature: 0.5,
      stream: true,
    }));
  it("sends the whole conversation when nothing is stored", () =>
    expect(
      buildRequest({ settings: { ...emptySettings, store: false }, input: "b", previousResponseId: "resp_1", history }),
    ).toEqual({ input: [...history, { type: "message", role: "user", content: "b" }], store: false, stream: true }));
});

it("tells what is wrong with the functions", () => {
  expect(parseFunctions("{}").problem).toContain("array");
  expect(parseFunctions("[").problem).not.toBeNull();
  expect(parseFunctions(" ")).toEqual({ tools: [], problem: null });
});
