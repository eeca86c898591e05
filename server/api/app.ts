import { Hono } from "hono";
import type { ApiHandler, ApiRoute } from "#server/api/route";
import {
  deleteChatCompletion,
  getChatCompletion,
  listChatCompletions,
  listChatMessages,
  updateChatCompletion,
} from "#server/api/routes/chat-completions";
import { compactResponse } from "#server/api/routes/compact-response";
import {
  createContainer,
  createContainerFile,
  deleteContainer,
  deleteContainerFile,
  getContainer,
  getContainerFile,
  getContainerFileContent,
  listContainerFiles,
  listContainers,
} from "#server/api/routes/containers";
import {
  createConversation,
  createConversationItems,
  deleteConversation,
  deleteConversationItem,
  getConversation,
  getConversationItem,
  listConversationItems,
  updateConversation,
} from "#server/api/routes/conversations";
import { countInputTokens } from "#server/api/routes/count-input-tokens";
import { createChatCompletion } from "#server/api/routes/create-chat-completion";
import { createResponse } from "#server/api/routes/create-response";
import { createEmbeddings } from "#server/api/routes/embeddings";
import { createFile, deleteFile, getFile, getFileContent, listFiles } from "#server/api/routes/files";
import { getModel, listModels } from "#server/api/routes/models";
import { describeApi } from "#server/api/routes/openapi";
import {
  createPrompt,
  createPromptVersion,
  deletePrompt,
  getPrompt,
  getPromptVersion,
  listPrompts,
  listPromptVersions,
  updatePrompt,
} from "#server/api/routes/prompts";
import { cancelResponse, deleteResponse, getResponse, listInputItems } from "#server/api/routes/responses";
import { cancelUpload, completeUpload, createUpload, createUploadPart } from "#server/api/routes/uploads";
import {
  cancelFileBatch,
  createFileBatch,
  getFileBatch,
  listFileBatchFiles,
} from "#server/api/routes/vector-store-file-batches";
import {
  createVectorStoreFile,
  deleteVectorStoreFile,
  getVectorStoreFile,
  getVectorStoreFileContent,
  listVectorStoreFiles,
  updateVectorStoreFile,
} from "#server/api/routes/vector-store-files";
import {
  createVectorStore,
  deleteVectorStore,
  getVectorStore,
  listVectorStores,
  searchVectorStore,
  updateVectorStore,
} from "#server/api/routes/vector-stores";
import {
  type ApiBindings,
  answerMethodNotAllowed,
  answerPreflight,
  answerUnknownRoute,
  serveRoute,
} from "#server/api/serve-route";
import type { Scope } from "#server/auth/principal";

type Entry = [scope: Scope | null, handle: ApiHandler, mark?: "traced" | "team"];

/** The whole of `/v1`: the scope a key needs, the handler, and whether a success leaves a trace too, or it is the team's. */
const table: Record<`${ApiRoute["method"]} /v1/${string}`, Entry> = {
  "POST /v1/responses": ["responses.write", createResponse, "traced"],
  "GET /v1/responses/:response_id": ["responses.read", getResponse],
  "DELETE /v1/responses/:response_id": ["responses.write", deleteResponse],
  "POST /v1/responses/:response_id/cancel": ["responses.write", cancelResponse],
  "GET /v1/responses/:response_id/input_items": ["responses.read", listInputItems],
  "POST /v1/chat/completions": ["responses.write", createChatCompletion, "traced"],
  "GET /v1/chat/completions": ["responses.read", listChatCompletions, "team"],
  "GET /v1/chat/completions/:completion_id": ["responses.read", getChatCompletion],
  "POST /v1/chat/completions/:completion_id": ["responses.write", updateChatCompletion],
  "DELETE /v1/chat/completions/:completion_id": ["responses.write", deleteChatCompletion],
  "GET /v1/chat/completions/:completion_id/messages": ["responses.read", listChatMessages],
  // Embedding runs a model and costs money, which a key that may only list models must not.
  "POST /v1/embeddings": ["responses.write", createEmbeddings, "traced"],
  "POST /v1/responses/compact": ["responses.write", compactResponse, "traced"],
  "POST /v1/responses/input_tokens": ["responses.write", countInputTokens],
  "POST /v1/conversations": ["responses.write", createConversation],
  "GET /v1/conversations/:conversation_id": ["responses.read", getConversation],
  "POST /v1/conversations/:conversation_id": ["responses.write", updateConversation],
  "DELETE /v1/conversations/:conversation_id": ["responses.write", deleteConversation],
  "POST /v1/conversations/:conversation_id/items": ["responses.write", createConversationItems],
  "GET /v1/conversations/:conversation_id/items": ["responses.read", listConversationItems],
  "GET /v1/conversations/:conversation_id/items/:item_id": ["responses.read", getConversationItem],
  "DELETE /v1/conversations/:conversation_id/items/:item_id": ["responses.write", deleteConversationItem],
  "POST /v1/prompts": ["responses.write", createPrompt, "team"],
  "GET /v1/prompts": ["responses.read", listPrompts, "team"],
  "GET /v1/prompts/:prompt_id": ["responses.read", getPrompt, "team"],
  "POST /v1/prompts/:prompt_id": ["responses.write", updatePrompt, "team"],
  "DELETE /v1/prompts/:prompt_id": ["responses.write", deletePrompt, "team"],
  "POST /v1/prompts/:prompt_id/versions": ["responses.write", createPromptVersion, "team"],
  "GET /v1/prompts/:prompt_id/versions": ["responses.read", listPromptVersions, "team"],
  "GET /v1/prompts/:prompt_id/versions/:version": ["responses.read", getPromptVersion, "team"],
  "GET /v1/models": ["models.read", listModels],
  "GET /v1/models/:model{.+}": ["models.read", getModel],
  "POST /v1/files": ["files.write", createFile],
  "GET /v1/files": ["files.read", listFiles],
  "GET /v1/files/:file_id": ["files.read", getFile],
  "DELETE /v1/files/:file_id": ["files.write", deleteFile],
  "GET /v1/files/:file_id/content": ["files.read", getFileContent],
  "POST /v1/uploads": ["files.write", createUpload],
  "POST /v1/uploads/:upload_id/parts": ["files.write", createUploadPart],
  "POST /v1/uploads/:upload_id/complete": ["files.write", completeUpload],
  "POST /v1/uploads/:upload_id/cancel": ["files.write", cancelUpload],
  "POST /v1/containers": ["files.write", createContainer],
  "GET /v1/containers": ["files.read", listContainers],
  "GET /v1/containers/:container_id": ["files.read", getContainer],
  "DELETE /v1/containers/:container_id": ["files.write", deleteContainer],
  "POST /v1/containers/:container_id/files": ["files.write", createContainerFile],
  "GET /v1/containers/:container_id/files": ["files.read", listContainerFiles],
  "GET /v1/containers/:container_id/files/:file_id": ["files.read", getContainerFile],
  "DELETE /v1/containers/:container_id/files/:file_id": ["files.write", deleteContainerFile],
  "GET /v1/containers/:container_id/files/:file_id/content": ["files.read", getContainerFileContent],
  "POST /v1/vector_stores": ["vector_stores.write", createVectorStore],
  "GET /v1/vector_stores": ["vector_stores.read", listVectorStores],
  "GET /v1/vector_stores/:vector_store_id": ["vector_stores.read", getVectorStore],
  "POST /v1/vector_stores/:vector_store_id": ["vector_stores.write", updateVectorStore],
  "DELETE /v1/vector_stores/:vector_store_id": ["vector_stores.write", deleteVectorStore],
  "POST /v1/vector_stores/:vector_store_id/search": ["vector_stores.read", searchVectorStore, "traced"],
  "POST /v1/vector_stores/:vector_store_id/files": ["vector_stores.write", createVectorStoreFile],
  "GET /v1/vector_stores/:vector_store_id/files": ["vector_stores.read", listVectorStoreFiles],
  "GET /v1/vector_stores/:vector_store_id/files/:file_id": ["vector_stores.read", getVectorStoreFile],
  "POST /v1/vector_stores/:vector_store_id/files/:file_id": ["vector_stores.write", updateVectorStoreFile],
  "DELETE /v1/vector_stores/:vector_store_id/files/:file_id": ["vector_stores.write", deleteVectorStoreFile],
  "GET /v1/vector_stores/:vector_store_id/files/:file_id/content": ["vector_stores.read", getVectorStoreFileContent],
  "POST /v1/vector_stores/:vector_store_id/file_batches": ["vector_stores.write", createFileBatch],
  "GET /v1/vector_stores/:vector_store_id/file_batches/:batch_id": ["vector_stores.read", getFileBatch],
  "POST /v1/vector_stores/:vector_store_id/file_batches/:batch_id/cancel": ["vector_stores.write", cancelFileBatch],
  "GET /v1/vector_stores/:vector_store_id/file_batches/:batch_id/files": ["vector_stores.read", listFileBatchFiles],
  "GET /v1/openapi.json": [null, describeApi(() => apiRoutes)],
};

/** The table's lines as routes. */
export const apiRoutes: readonly ApiRoute[] = Object.entries(table).map(([name, [scope, handle, mark]]) => {
  const space = name.indexOf(" ");
  const method = name.slice(0, space) as ApiRoute["method"];
  return { method, path: name.slice(space + 1), scope, handle, traced: mark === "traced", teamOnly: mark === "team" };
});

/**
 * The `/v1` API as a Hono app. Runs behind `@hono/node-server` (`c.env` holds Node's request and response) and
 * as Next route handlers (`c.env` is empty).
 */
export function createApiApp(): Hono<ApiBindings> {
  const app = new Hono<ApiBindings>();
  for (const route of apiRoutes) app.on(route.method, route.path, serveRoute(route));
  app.options("*", answerPreflight);
  for (const path of new Set(apiRoutes.map((route) => route.path)))
    app.all(path, answerMethodNotAllowed(apiRoutes, path));
  app.notFound(answerUnknownRoute);
  return app;
}
