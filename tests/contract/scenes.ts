import { AppError } from "#server/errors";
import type { ModelEvent } from "#server/providers/provider";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import type { EngineScript } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const weather = {
  type: "function",
  name: "get_weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};
const bare = { type: "function", name: "look" };
const call = (id: string) => ({ id, name: "get_weather", arguments: { city: "Ulm" } });
const search = { id: "c1", name: "file_search", arguments: { query: "cats" } };
const usage: ModelEvent = {
  type: "usage",
  usage: { inputTokens: 10, cachedTokens: 2, outputTokens: 5, reasoningTokens: 1 },
};
const logprob = {
  token: "Hi",
  logprob: -0.5,
  bytes: [72, 105],
  top_logprobs: [{ token: "Hi", logprob: -0.5, bytes: [72, 105] }],
};

/** Runs that together show every event and item of this server, each freshly made. */
export const SCENES: Record<string, () => EngineScript> = {
  text: () => ({
    model: scriptedModel([...sayingTurn("Hel", "lo"), [usage]]),
    body: { metadata: { a: "b" }, user: "u" },
  }),
  "every setting": () => ({
    model: scriptedModel(sayingTurn("ok")),
    body: {
      instructions: "Be brief.",
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: 1,
      frequency_penalty: -1,
      top_logprobs: 3,
      max_output_tokens: 100,
      max_tool_calls: 3,
      parallel_tool_calls: false,
      reasoning: { effort: "minimal", summary: "auto" },
      safety_identifier: "s",
      prompt_cache_key: "p",
      truncation: "auto",
      service_tier: "flex",
      store: false,
      text: { verbosity: "low", format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true } },
    },
  }),
  "json object": () => ({
    model: scriptedModel(sayingTurn("{}")),
    body: { text: { format: { type: "json_object" } } },
  }),
  logprobs: () => ({
    model: scriptedModel([[{ type: "text", text: "Hi", logprobs: [logprob] }]]),
    body: { include: ["message.output_text.logprobs"] },
  }),
  refusal: () => ({ model: scriptedModel([[{ type: "text", text: "I " }], [{ type: "refusal", text: "won't" }]]) }),
  "raw reasoning": () => ({ model: scriptedModel([[{ type: "reasoning", text: "hm" }], ...sayingTurn("ok")]) }),
  "reasoning summary": () => ({
    model: scriptedModel([
      [{ type: "reasoning_summary", text: "first", part: 0 }],
      [{ type: "reasoning_summary", text: "second", part: 1 }],
      [{ type: "reasoning_encrypted", encryptedContent: "cipher" }],
      ...sayingTurn("ok"),
    ]),
    body: { reasoning: { summary: "detailed" }, include: ["reasoning.encrypted_content"] },
  }),
  "parallel functions": () => ({
    model: scriptedModel(callingTurn(call("c1"), call("c2"))),
    body: { tools: [weather, bare], tool_choice: "required" },
  }),
  "named function": () => ({
    model: scriptedModel(callingTurn(call("c1"))),
    body: { tools: [weather], tool_choice: { type: "function", name: "get_weather" } },
  }),
  "allowed tools": () => ({
    model: scriptedModel(callingTurn(call("c1"))),
    body: {
      tools: [weather, bare],
      tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "get_weather" }] },
    },
  }),
  "file search": () => ({
    model: scriptedModel(callingTurn(search), sayingTurn("Cats purr 【1】", ".")),
    tools: [fakeSearch()],
    body: { tools: [FILE_SEARCH], tool_choice: { type: "file_search" } },
  }),
  "file search with results": () => ({
    model: scriptedModel(callingTurn(search), sayingTurn("Cats purr【1】.")),
    tools: [fakeSearch()],
    body: {
      include: ["file_search_call.results"],
      tools: [
        {
          ...FILE_SEARCH,
          max_num_results: 3,
          ranking_options: { score_threshold: 0.2, hybrid_search: { embedding_weight: 1, text_weight: 2 } },
          filters: {
            type: "or",
            filters: [
              { type: "eq", key: "lang", value: "de" },
              { type: "and", filters: [{ type: "in", key: "year", value: [2024, 2025] }] },
            ],
          },
        },
      ],
    },
  }),
  "failed search": () => ({
    model: scriptedModel(callingTurn(search), sayingTurn("Sorry.")),
    tools: [fakeSearch(() => Promise.reject(new AppError("not_found", "No such store.")))],
    body: { tools: [FILE_SEARCH] },
  }),
  incomplete: () => ({
    model: scriptedModel([[{ type: "text", text: "Once" }], [{ type: "finish", reason: "max_output_tokens" }]]),
    body: { max_output_tokens: 16 },
  }),
  filtered: () => ({
    model: scriptedModel([[{ type: "text", text: "How to" }], [{ type: "finish", reason: "content_filter" }]]),
  }),
  failed: () => ({
    model: scriptedModel(async function* () {
      yield [{ type: "text", text: "Well" }];
      throw new AppError("provider_error", "The provider broke off.");
    }),
  }),
  cancelled: () => ({ model: scriptedModel(sayingTurn("no")), signal: AbortSignal.abort() }),
};
