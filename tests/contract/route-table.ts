import { PIXEL } from "#tests/support/images";
import { ANNOUNCED_UPLOAD, type Names } from "#tests/support/named-things";

/** What a request to a route carries beside the path's names. */
export interface Sent {
  /** Joined to the path, with its `?`. */
  query?: string;
  body?: unknown;
  form?: () => FormData;
}

/** What a route's answers are held to, and a good request for them. */
export interface RouteContract {
  /**
   * The schema of openai.openapi.json. `null`: the contract has none for it, because the route is ours or the answer is
   * no JSON; this server's own description holds alone.
   */
  schema: string | null;
  /** The schema of open-responses.openapi.json; of each entry for a list. */
  strict?: string;
  sent?: Sent | ((names: Names) => Sent);
  /** What makes the route answer with an event stream. */
  streamed?: Sent;
  /** Other good requests to the same route, by what they ask for. */
  more?: Record<string, Sent>;
  /**
   * What it is called on: what may be taken away, a response that ran in the background, or an upload that may be
   * cancelled. Else what stays.
   */
  on?: "spare" | "background" | "cancellable";
  /** The answer is bytes. */
  raw?: true;
}

const ASKED = { model: "builtin/demo", input: "Hi", metadata: { a: "b" } };
const TOLD = {
  model: "builtin/echo",
  input: [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
  ],
};
const CHAT = { model: "builtin/echo", messages: [{ role: "user", content: "Hi" }] };
const LOOK = { type: "image_url", image_url: { url: PIXEL } };
const ITEMS = [
  { role: "user", content: [{ type: "input_text", text: "Look" }] },
  { role: "assistant", content: "I do.", phase: "commentary" },
  { type: "function_call", call_id: "call_1", name: "look", arguments: "{}" },
  { type: "function_call_output", call_id: "call_1", output: "a cat" },
  { type: "custom_tool_call", call_id: "call_2", name: "sql", input: "SELECT 1" },
  { type: "custom_tool_call_output", call_id: "call_2", output: "1" },
  { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
];
const EMBEDDED = { model: "builtin/hash-1024", input: ["a", "b"] };

/** An upload of a small text. */
export function fileForm(purpose = "user_data"): FormData {
  const fields = new FormData();
  fields.append("purpose", purpose);
  fields.append("file", new File(["text"], "b.txt"));
  return fields;
}

function expiringForm(): FormData {
  const fields = fileForm();
  fields.append("expires_after[anchor]", "created_at");
  fields.append("expires_after[seconds]", "3600");
  return fields;
}

function partForm(): FormData {
  const fields = new FormData();
  fields.append("data", new File(["text"], "part"));
  return fields;
}

/** Every route of the API. */
export const ROUTE_TABLE: Record<string, RouteContract> = {
  "POST /v1/responses": {
    schema: "Response",
    strict: "ResponseResource",
    sent: { body: ASKED },
    streamed: { body: { ...ASKED, stream: true } },
    more: { "in the background": { body: { ...ASKED, background: true } } },
  },
  "GET /v1/responses/:response_id": {
    schema: "Response",
    strict: "ResponseResource",
    streamed: { query: "?stream=true" },
  },
  // OpenAI's document gives the 200 no body; its API answers with the id and `deleted`.
  "DELETE /v1/responses/:response_id": { schema: null, on: "spare" },
  "POST /v1/responses/:response_id/cancel": { schema: "Response", strict: "ResponseResource", on: "background" },
  "GET /v1/responses/:response_id/input_items": { schema: "ResponseItemList", strict: "ItemField" },
  "POST /v1/responses/compact": { schema: "CompactResource", strict: "CompactResource", sent: { body: TOLD } },
  "POST /v1/responses/input_tokens": { schema: "TokenCountsResource", sent: { body: TOLD } },
  "POST /v1/chat/completions": {
    schema: "CreateChatCompletionResponse",
    sent: { body: CHAT },
    streamed: { body: { ...CHAT, stream: true, stream_options: { include_usage: true } } },
    more: { "to be kept": { body: { ...CHAT, messages: [{ role: "user", content: [LOOK] }], store: true } } },
  },
  "GET /v1/chat/completions": {
    schema: "ChatCompletionList",
    more: { "an empty page": { query: "?model=none" } },
  },
  "GET /v1/chat/completions/:completion_id": { schema: "CreateChatCompletionResponse" },
  "POST /v1/chat/completions/:completion_id": {
    schema: "CreateChatCompletionResponse",
    sent: { body: { metadata: { a: "b" } } },
  },
  "DELETE /v1/chat/completions/:completion_id": { schema: "ChatCompletionDeleted", on: "spare" },
  "GET /v1/chat/completions/:completion_id/messages": { schema: "ChatCompletionMessageList" },
  "POST /v1/embeddings": {
    schema: "CreateEmbeddingResponse",
    sent: { body: EMBEDDED },
    more: { "as base64": { body: { ...EMBEDDED, encoding_format: "base64" } } },
  },
  "GET /v1/models": { schema: "ListModelsResponse" },
  "GET /v1/models/:model{.+}": { schema: "Model" },
  "POST /v1/conversations": { schema: "ConversationResource", sent: { body: { items: ITEMS, metadata: { a: "b" } } } },
  "GET /v1/conversations/:conversation_id": { schema: "ConversationResource" },
  "POST /v1/conversations/:conversation_id": { schema: "ConversationResource", sent: { body: { metadata: {} } } },
  "DELETE /v1/conversations/:conversation_id": { schema: "DeletedConversationResource", on: "spare" },
  "POST /v1/conversations/:conversation_id/items": {
    schema: "ConversationItemList",
    strict: "ItemField",
    sent: { body: { items: ITEMS } },
  },
  "GET /v1/conversations/:conversation_id/items": { schema: "ConversationItemList", strict: "ItemField" },
  "GET /v1/conversations/:conversation_id/items/:item_id": { schema: "ConversationItem", strict: "ItemField" },
  "DELETE /v1/conversations/:conversation_id/items/:item_id": { schema: "ConversationResource", on: "spare" },
  "POST /v1/prompts": { schema: null, sent: { body: { name: "ours", instructions: "Be {{mood}}." } } },
  "GET /v1/prompts": { schema: null },
  "GET /v1/prompts/:prompt_id": { schema: null },
  "POST /v1/prompts/:prompt_id": { schema: null, sent: { body: { name: "renamed" } } },
  "DELETE /v1/prompts/:prompt_id": { schema: null, on: "spare" },
  "POST /v1/prompts/:prompt_id/versions": { schema: null, sent: { body: { instructions: "Be brief." } } },
  "GET /v1/prompts/:prompt_id/versions": { schema: null },
  "GET /v1/prompts/:prompt_id/versions/:version": { schema: null },
  "POST /v1/files": {
    schema: "OpenAIFile",
    sent: { form: fileForm },
    more: { "that expires": { form: expiringForm }, "for evals": { form: () => fileForm("evals") } },
  },
  "GET /v1/files": { schema: "ListFilesResponse", more: { "an empty page": { query: "?purpose=batch" } } },
  "GET /v1/files/:file_id": { schema: "OpenAIFile" },
  "DELETE /v1/files/:file_id": { schema: "DeleteFileResponse", on: "spare" },
  "GET /v1/files/:file_id/content": { schema: null, raw: true },
  "POST /v1/uploads": { schema: "Upload", sent: { body: ANNOUNCED_UPLOAD } },
  "POST /v1/uploads/:upload_id/parts": { schema: "UploadPart", sent: { form: partForm } },
  "POST /v1/uploads/:upload_id/complete": {
    schema: "Upload",
    sent: (names) => ({ body: { part_ids: [names.uploadPart] } }),
    on: "spare",
  },
  "POST /v1/uploads/:upload_id/cancel": { schema: "Upload", on: "cancellable" },
  "POST /v1/containers": {
    schema: "ContainerResource",
    sent: { body: { name: "new", memory_limit: "1g", expires_after: { anchor: "last_active_at", minutes: 5 } } },
  },
  "GET /v1/containers": { schema: "ContainerListResource", more: { "an empty page": { query: "?name=none" } } },
  "GET /v1/containers/:container_id": { schema: "ContainerResource" },
  "DELETE /v1/containers/:container_id": { schema: null, on: "spare" },
  "POST /v1/containers/:container_id/files": {
    schema: "ContainerFileResource",
    sent: (names) => ({ body: { file_id: names.file } }),
    more: { "as a form": { form: fileForm } },
  },
  "GET /v1/containers/:container_id/files": { schema: "ContainerFileListResource" },
  "GET /v1/containers/:container_id/files/:file_id": { schema: "ContainerFileResource" },
  "DELETE /v1/containers/:container_id/files/:file_id": { schema: null, on: "spare" },
  "GET /v1/containers/:container_id/files/:file_id/content": { schema: null, raw: true },
  "POST /v1/vector_stores": {
    schema: "VectorStoreObject",
    sent: { body: { name: "new", expires_after: { anchor: "last_active_at", days: 1 }, metadata: { a: "b" } } },
    more: { "without anything": { body: {} } },
  },
  "GET /v1/vector_stores": { schema: "ListVectorStoresResponse" },
  "GET /v1/vector_stores/:vector_store_id": { schema: "VectorStoreObject" },
  "POST /v1/vector_stores/:vector_store_id": { schema: "VectorStoreObject", sent: { body: { name: "renamed" } } },
  "DELETE /v1/vector_stores/:vector_store_id": { schema: "DeleteVectorStoreResponse", on: "spare" },
  "POST /v1/vector_stores/:vector_store_id/search": {
    schema: "VectorStoreSearchResultsPage",
    sent: { body: { query: "secret" } },
    more: { "for several queries": { body: { query: ["secret", "nothing"], rewrite_query: true } } },
  },
  "POST /v1/vector_stores/:vector_store_id/files": {
    schema: "VectorStoreFileObject",
    sent: (names) => ({ body: { file_id: names.file, attributes: { a: "b" } } }),
  },
  "GET /v1/vector_stores/:vector_store_id/files": {
    schema: "ListVectorStoreFilesResponse",
    more: { "an empty page": { query: "?filter=failed" } },
  },
  "GET /v1/vector_stores/:vector_store_id/files/:file_id": { schema: "VectorStoreFileObject" },
  "POST /v1/vector_stores/:vector_store_id/files/:file_id": {
    schema: "VectorStoreFileObject",
    sent: { body: { attributes: { a: "b", n: 1, yes: true } } },
  },
  "DELETE /v1/vector_stores/:vector_store_id/files/:file_id": {
    schema: "DeleteVectorStoreFileResponse",
    on: "spare",
  },
  "GET /v1/vector_stores/:vector_store_id/files/:file_id/content": { schema: "VectorStoreFileContentResponse" },
  "POST /v1/vector_stores/:vector_store_id/file_batches": {
    schema: "VectorStoreFileBatchObject",
    sent: (names) => ({ body: { file_ids: [names.file], attributes: { a: "b" } } }),
  },
  "GET /v1/vector_stores/:vector_store_id/file_batches/:batch_id": { schema: "VectorStoreFileBatchObject" },
  "POST /v1/vector_stores/:vector_store_id/file_batches/:batch_id/cancel": { schema: "VectorStoreFileBatchObject" },
  "GET /v1/vector_stores/:vector_store_id/file_batches/:batch_id/files": {
    schema: "ListVectorStoreFilesResponse",
    more: { "an empty page": { query: "?filter=cancelled" } },
  },
  "GET /v1/openapi.json": { schema: null },
};
