import { isRecord, type Json } from "#server/protocol/json-values";
import type { Contract } from "#tests/support/contract-schemas";

/** A place where we leave a contract's schema on purpose. */
export interface Exception {
  contract: Contract;
  /** The recording that shows why. */
  capture: string;
  /** The body or event with what the exception allows brought into the schema's form. */
  forgive(value: Json): Json;
}

const isExtension = (value: unknown): boolean =>
  isRecord(value) && typeof value.type === "string" && /^(openai|rejoinder):/.test(value.type);

/** Applies a change to the response inside a lifecycle event, or to the response itself. */
function ofResponse(value: Json, change: (response: Json) => Json): Json {
  if (value.object === "response") return change(value);
  return isRecord(value.response) ? { ...value, response: change(value.response) } : value;
}

/**
 * All of them. Each names the recording of OpenAI's API in which the schema is left in the same way, or whose content
 * the schema has no form for.
 */
export const EXCEPTIONS: Record<string, Exception> = {
  // The schema lists 20 codes, most of them about images. OpenAI itself answers with codes outside it, as we do.
  "error codes are open": {
    contract: "openai",
    capture: "context_length_exceeded-stream.yaml",
    forgive: (value) =>
      ofResponse(value, (response) =>
        isRecord(response.error) ? { ...response, error: { ...response.error, code: "server_error" } } : response,
      ),
  },
  // The schema knows no response without usage. OpenAI sends null until there is some, and in failed responses.
  "usage is null before there is any": {
    contract: "openai",
    capture: "text-single-stream.yaml",
    forgive: (value) =>
      ofResponse(value, ({ usage, ...response }) => (usage === null ? response : { ...response, usage })),
  },
  // OpenAI sends null where the request named nobody; the schema knows strings only.
  "user is null where none was named": {
    contract: "openai",
    capture: "text-single-stream.yaml",
    forgive: (value) =>
      ofResponse(value, ({ user, ...response }) => (user === null ? response : { ...response, user })),
  },
  // The schema wants to know at once what a search will be about.
  "a web search just added has no action": {
    contract: "openai",
    capture: "web-search-tool.1.chunks.txt",
    forgive: (value) =>
      value.type === "response.output_item.added" && isRecord(value.item) && value.item.type === "web_search_call"
        ? { ...value, item: { action: { type: "search", query: "" }, ...value.item } }
        : value,
  },
  // Open Responses has no hosted tools in its closed unions; its text demands the vendor's prefix for them.
  "hosted tools and their items are extensions": {
    contract: "open-responses",
    capture: "file-search-tool.1.chunks.txt",
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
};
