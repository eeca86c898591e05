import { describe, expect, test } from "vitest";
import { parseChatCompletion } from "#server/protocol/chat/request";
import { parseCompact } from "#server/protocol/compact";
import { parseCreateResponse } from "#server/protocol/request";

const CACHE = { prompt_cache_retention: "24h", prompt_cache_options: { ttl: "30m", mode: "explicit" } };

describe("what is passed on as it came", () => {
  test("of a response", () => {
    const body = { input: "x", ...CACHE, user: "u", reasoning: { mode: "pro", context: "all_turns", effort: "low" } };
    const { passed, reasoning } = parseCreateResponse(body);
    expect(passed).toEqual({ ...CACHE, user: "u", reasoning: { mode: "pro", context: "all_turns" } });
    expect(reasoning).toEqual({ effort: "low", summary: null });
  });

  test("of a chat completion, where the prediction is too", () => {
    const prediction = { type: "content", content: "The same again." };
    const { request } = parseChatCompletion({ messages: [{ role: "user", content: "x" }], ...CACHE, prediction });
    expect(request.passed).toEqual({ ...CACHE, prediction });
  });

  test("of a compaction", () => {
    expect(parseCompact({ model: "m", input: "x", ...CACHE }).passed).toEqual(CACHE);
  });

  test("nothing, where nothing or null was given", () => {
    const silent = { prompt_cache_retention: null, prompt_cache_options: null, user: null, reasoning: { mode: null } };
    expect(parseCreateResponse({ input: "x", ...silent }).passed).toEqual({});
    expect(parseCreateResponse({ input: "x" }).passed).toEqual({});
  });
});

test("generate_summary is the older name of summary", () => {
  const asked = (reasoning: object) => parseCreateResponse({ input: "x", reasoning }).reasoning;
  expect(asked({ generate_summary: "concise" })).toEqual({ effort: null, summary: "concise" });
  expect(asked({ generate_summary: "concise", summary: "detailed" })).toEqual({ effort: null, summary: "detailed" });
});
