import { isRecord, type Json } from "#server/protocol/json-values";
import type { Contract } from "#tests/support/contract-schemas";

/** What shows that a schema cannot be meant as it stands. */
export type Evidence =
  /** A recording of OpenAI's API that leaves the schema in the same way, or holds what the schema has no form for. */
  | { capture: string }
  /** Where the contract itself says otherwise: a pointer into its document, and what stands there. */
  | { contradiction: string; says: string };

/** A place where we leave a contract's schema on purpose. */
export interface Exception {
  contract: Contract;
  /** The only schemas that it concerns; absent: responses and their events. */
  schemas?: string[];
  evidence: Evidence;
  /** The body or event with what the exception allows brought into the schema's form. */
  forgive(value: Json): Json;
}

/** Something that a vendor adds to Open Responses, by the prefix of its type. */
export const isExtension = (value: unknown): boolean =>
  isRecord(value) && typeof value.type === "string" && /^(openai|rejoinder):/.test(value.type);

/** Applies a change to the response inside a lifecycle event, or to the response itself. */
function ofResponse(value: Json, change: (response: Json) => Json): Json {
  if (value.object === "response") return change(value);
  return isRecord(value.response) ? { ...value, response: change(value.response) } : value;
}

/** The entries of a list, each changed. */
const each = (entries: unknown, change: (entry: Json) => Json): unknown =>
  Array.isArray(entries) ? entries.map((entry) => (isRecord(entry) ? change(entry) : entry)) : entries;

/**
 * All of them, each with its evidence, which a test examines. No entry comes in without a recording: the four that
 * have none stand for endpoints of which there are no recordings, and the test knows their number.
 */
export const EXCEPTIONS: Record<string, Exception> = {
  // The schema lists 20 codes, most of them about images. OpenAI itself answers with codes outside it, as we do.
  "error codes are open": {
    contract: "openai",
    evidence: { capture: "context_length_exceeded-stream.yaml" },
    forgive: (value) =>
      ofResponse(value, (response) =>
        isRecord(response.error) ? { ...response, error: { ...response.error, code: "server_error" } } : response,
      ),
  },
  // The schema knows no response without usage. OpenAI sends null until there is some, and in failed responses.
  "usage is null before there is any": {
    contract: "openai",
    evidence: { capture: "text-single-stream.yaml" },
    forgive: (value) =>
      ofResponse(value, ({ usage, ...response }) => (usage === null ? response : { ...response, usage })),
  },
  // OpenAI sends null where the request named nobody; the schema knows strings only.
  "user is null where none was named": {
    contract: "openai",
    evidence: { capture: "text-single-stream.yaml" },
    forgive: (value) =>
      ofResponse(value, ({ user, ...response }) => (user === null ? response : { ...response, user })),
  },
  // The schema wants to know at once what a search will be about.
  "a web search just added has no action": {
    contract: "openai",
    evidence: { capture: "web-search-tool.1.chunks.txt" },
    forgive: (value) =>
      value.type === "response.output_item.added" && isRecord(value.item) && value.item.type === "web_search_call"
        ? { ...value, item: { action: { type: "search", query: "" }, ...value.item } }
        : value,
  },
  // Open Responses has no hosted tools in its closed unions; its text demands the vendor's prefix for them.
  "hosted tools and their items are extensions": {
    contract: "open-responses",
    evidence: { capture: "file-search-tool.1.chunks.txt" },
    forgive: (value) => {
      if (isExtension(value.item)) return { ...value, item: null };
      return ofResponse(value, (response) => ({
        ...response,
        output: Array.isArray(response.output) ? response.output.filter((item) => !isExtension(item)) : response.output,
        tools: Array.isArray(response.tools) ? response.tools.filter((tool) => !isExtension(tool)) : response.tools,
        tool_choice: isExtension(response.tool_choice) ? "auto" : response.tool_choice,
      }));
    },
  },
  // The schema of chunks has no custom tools, though requests and whole completions do. openai-node's accumulator reads
  // them by their type.
  "a streamed call of a custom tool says its type": {
    contract: "openai",
    schemas: ["CreateChatCompletionStreamResponse"],
    evidence: {
      contradiction: "/components/schemas/ChatCompletionMessageToolCalls/items/oneOf",
      says: "ChatCompletionMessageCustomToolCall",
    },
    forgive: (value) => ({
      ...value,
      choices: each(value.choices, (choice) => ({
        ...choice,
        delta: isRecord(choice.delta) ? withoutCustomTypes(choice.delta) : choice.delta,
      })),
    }),
  },
  // The schema knows assistant messages only, though the list is of what was asked: it has images, which users send.
  "messages of a stored completion have any role": {
    contract: "openai",
    schemas: ["ChatCompletionMessageList"],
    evidence: {
      contradiction: "/components/schemas/ChatCompletionMessageList/properties/data/items",
      says: "ChatCompletionRequestMessageContentPartImage",
    },
    forgive: (value) => ({ ...value, data: each(value.data, (message) => ({ ...message, role: "assistant" })) }),
  },
  // The answer's schema lacks one of the purposes that the request's has.
  "a file may be for evals": {
    contract: "openai",
    schemas: ["OpenAIFile", "ListFilesResponse"],
    evidence: { contradiction: "/components/schemas/CreateFileRequest/properties/purpose", says: "evals" },
    forgive: (value) =>
      Array.isArray(value.data) ? { ...value, data: each(value.data, withKnownPurpose) } : withKnownPurpose(value),
  },
  // The schema describes numbers, which a request can ask to have as base64 of 32-bit floats.
  "embeddings may be base64": {
    contract: "openai",
    schemas: ["CreateEmbeddingResponse"],
    evidence: {
      contradiction: "/components/schemas/CreateEmbeddingRequest/properties/encoding_format",
      says: "base64",
    },
    forgive: (value) => ({
      ...value,
      data: each(value.data, ({ embedding, ...entry }) => ({ ...entry, embedding: decodedFloats(embedding) })),
    }),
  },
};

function withoutCustomTypes(delta: Json): Json {
  if (delta.tool_calls === undefined) return delta;
  return {
    ...delta,
    tool_calls: each(delta.tool_calls, ({ type, ...call }) => (type === "custom" ? call : { type, ...call })),
  };
}

function withKnownPurpose(file: Json): Json {
  return file.purpose === "evals" ? { ...file, purpose: "assistants" } : file;
}

function decodedFloats(embedding: unknown): unknown {
  if (typeof embedding !== "string") return embedding;
  const bytes = Buffer.from(embedding, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
