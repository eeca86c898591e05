import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAppError, statusOf } from "#server/errors";
import { parseChatCompletion } from "#server/protocol/chat/request";
import { parseCompact } from "#server/protocol/compact";
import { parseAddItems, parseCreateConversation } from "#server/protocol/conversations";
import { parseCreateEmbeddings } from "#server/protocol/embeddings";
import { parseCreatePrompt, parseCreatePromptVersion } from "#server/protocol/prompt-templates";
import { parseCreateResponse } from "#server/protocol/request";
import { CompleteUploadBody, CreateUploadBody } from "#server/protocol/uploads";
import { validate } from "#server/protocol/validate";
import {
  CreateFileBatchBody,
  CreateVectorStoreBody,
  SearchBody,
  UpdateAttributesBody,
} from "#server/protocol/vector-stores";
import { parseCreateMessage } from "#server/protocol/websocket";

type Body = Record<string, unknown>;

const ITEMS = [
  { role: "user", content: [{ type: "input_text", text: "Hi" }] },
  { type: "custom_tool_call", call_id: "c1", name: "g", input: "x" },
  { type: "custom_tool_call_output", call_id: "c1", output: "x" },
  { type: "item_reference", id: "msg_1" },
];
const TEMPLATE = {
  model: "m",
  instructions: "Speak of {{town}}.",
  messages: [{ role: "user", content: "Tell me of {{town}}." }],
  tools: [{ type: "function", name: "f", parameters: {} }],
  temperature: 1,
};
const FILTERS = { type: "and", filters: [{ type: "eq", key: "a", value: "b" }] };
const CHUNKING = { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } };

const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };

/** Requests that use every field there is; each is valid as it stands. */
const BODIES: Record<string, { parse(body: unknown): unknown; body: Body }> = {
  "/v1/responses": {
    parse: parseCreateResponse,
    body: {
      model: "m",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "Hi" },
            { type: "input_image", image_url: "https://e.org/a.png", file_id: "file-1", detail: "low" },
            { type: "input_file", file_data: "AA", filename: "a", file_id: "file-1", file_url: "https://e.org/a" },
            { type: "input_audio", input_audio: { data: "AA", format: "mp3" } },
          ],
        },
        { type: "function_call", call_id: "c1", name: "f", arguments: "{}" },
        { type: "function_call_output", call_id: "c1", output: [{ type: "input_image", image_url: "data:," }] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "s" }] },
      ],
      instructions: "i",
      previous_response_id: "resp_1",
      include: ["reasoning.encrypted_content"],
      tools: [{ type: "function", name: "f", parameters: { type: "object" } }],
      tool_choice: { type: "function", name: "f" },
      metadata: { a: "b" },
      text: { format: { type: "json_schema", name: "n", schema: {} }, verbosity: "low" },
      temperature: 1,
      top_p: 1,
      top_logprobs: 1,
      parallel_tool_calls: true,
      stream: false,
      max_output_tokens: 16,
      max_tool_calls: 1,
      reasoning: { effort: "low", summary: "auto" },
      truncation: "auto",
      store: true,
      service_tier: "auto",
      user: "u",
    },
  },
  "/v1/chat/completions": {
    parse: parseChatCompletion,
    body: {
      model: "m",
      messages: [
        { role: "system", content: "s" },
        {
          role: "user",
          name: "n",
          content: [
            { type: "text", text: "Hi" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA", detail: "low" } },
            { type: "input_audio", input_audio: { data: "AA", format: "mp3" } },
            { type: "file", file: { file_id: "file-1" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [call, { id: "c2", type: "custom", custom: { name: "g", input: "x" } }],
        },
        { role: "tool", tool_call_id: "c1", content: "x" },
        { role: "tool", tool_call_id: "c2", content: "x" },
        { role: "assistant", function_call: { name: "f", arguments: "{}" } },
        { role: "function", name: "f", content: "x" },
      ],
      tools: [
        { type: "function", function: { name: "f", parameters: { type: "object" }, strict: true } },
        {
          type: "custom",
          custom: { name: "g", format: { type: "grammar", grammar: { syntax: "lark", definition: "start: WORD" } } },
        },
      ],
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "auto", tools: [{ type: "function", function: { name: "f" } }] },
      },
      parallel_tool_calls: true,
      response_format: { type: "json_schema", json_schema: { name: "n", schema: {}, strict: true } },
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      n: 1,
      logprobs: true,
      top_logprobs: 1,
      max_completion_tokens: 5,
      stop: ["a"],
      seed: 1,
      logit_bias: { "1": 1 },
      temperature: 1,
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      reasoning_effort: "low",
      verbosity: "low",
      modalities: ["text"],
      metadata: { a: "b" },
      store: true,
      service_tier: "auto",
      user: "u",
    },
  },
  "/v1/embeddings": {
    parse: parseCreateEmbeddings,
    body: { model: "m", input: ["a", "b"], encoding_format: "float", dimensions: 3, user: "u" },
  },
  "/v1/responses/compact": {
    parse: parseCompact,
    body: { model: "m", input: ITEMS, instructions: "i", previous_response_id: "resp_1" },
  },
  "/v1/conversations": { parse: parseCreateConversation, body: { items: ITEMS, metadata: { a: "b" } } },
  "/v1/conversations/{id}/items": { parse: parseAddItems, body: { items: ITEMS } },
  "/v1/prompts": { parse: parseCreatePrompt, body: { name: "n", ...TEMPLATE } },
  "/v1/prompts/{id}/versions": { parse: parseCreatePromptVersion, body: { make_default: true, ...TEMPLATE } },
  "/v1/vector_stores": {
    parse: (body) => validate(CreateVectorStoreBody, body),
    body: {
      name: "n",
      description: "d",
      file_ids: ["file-1"],
      expires_after: { anchor: "last_active_at", days: 1 },
      chunking_strategy: CHUNKING,
      metadata: { a: "b" },
    },
  },
  "/v1/vector_stores/{id}/search": {
    parse: (body) => validate(SearchBody, body),
    body: {
      query: ["a", "b"],
      rewrite_query: false,
      max_num_results: 5,
      filters: FILTERS,
      ranking_options: { ranker: "auto", score_threshold: 0.5 },
    },
  },
  "/v1/vector_stores/{id}/files/{id}": {
    parse: (body) => validate(UpdateAttributesBody, body),
    body: { attributes: { a: "b", n: 1, yes: true } },
  },
  "/v1/vector_stores/{id}/file_batches": {
    parse: (body) => validate(CreateFileBatchBody, body),
    body: { file_ids: ["file-1"], attributes: { a: "b" }, chunking_strategy: CHUNKING },
  },
  "/v1/uploads": {
    parse: (body) => validate(CreateUploadBody, body),
    body: {
      filename: "a.txt",
      purpose: "user_data",
      bytes: 3,
      mime_type: "text/plain",
      expires_after: { anchor: "created_at", seconds: 3600 },
    },
  },
  "/v1/uploads/{id}/complete": {
    parse: (body) => validate(CompleteUploadBody, body),
    body: { part_ids: ["part_1"], md5: "0".repeat(32) },
  },
  "a message of a WebSocket": {
    parse: (body) => parseCreateMessage(body, "default"),
    body: { type: "response.create", generate: true, stream_id: "s", model: "m", input: ITEMS },
  },
};

type Path = (string | number)[];

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...at, key]))];
}

/** The value with what stands at the path replaced, or taken away. */
function changed(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((part, index) => (String(index) === String(key) ? changed(part, rest, replacement) : part));
  }
  return { ...(value as Body), [key]: changed((value as Body)[key], rest, replacement) };
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.constantFrom(undefined, null, "", [], {}, -1, 0, 1e308, "\ud800", "\0", "x".repeat(2_000), { __proto__: null }),
);

describe.each(Object.entries(BODIES))("%s", (_route, { parse, body }) => {
  it("takes a request with every field", () => {
    expect(() => parse(body)).not.toThrow();
  });

  it("takes anything at any place, or refuses it with 400 and says where", () => {
    const paths = pathsIn(body);
    fc.assert(
      fc.property(fc.constantFrom(...paths), odd, (path, value) => {
        const request = changed(body, path, value);
        try {
          parse(request);
        } catch (error) {
          if (!isAppError(error)) throw error;
          expect(statusOf(error.code)).toBe(400);
          expect(error.message.length).toBeGreaterThan(10);
          // What is wrong names the field that was changed, one that it contradicts, or the whole body.
          if (path.length > 0) expect(error.param).toMatch(/^[a-z_]/);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
