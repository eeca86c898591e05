import { Hono } from "hono";
import type { ApiRoute } from "#server/api/route";
import { createResponse } from "#server/api/routes/create-response";
import { createFile, deleteFile, getFile, getFileContent, listFiles } from "#server/api/routes/files";
import { getModel, listModels } from "#server/api/routes/models";
import { describeApi } from "#server/api/routes/openapi";
import { deleteResponse, getResponse, listInputItems } from "#server/api/routes/responses";
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

/** The whole of `/v1`: method, path, the scope a key needs, the handler. */
export const apiRoutes: readonly ApiRoute[] = [
  { method: "POST", path: "/v1/responses", scope: "responses.write", handle: createResponse, traced: true },
  { method: "GET", path: "/v1/responses/:response_id", scope: "responses.read", handle: getResponse },
  { method: "DELETE", path: "/v1/responses/:response_id", scope: "responses.write", handle: deleteResponse },
  { method: "GET", path: "/v1/responses/:response_id/input_items", scope: "responses.read", handle: listInputItems },
  { method: "GET", path: "/v1/models", scope: "models.read", handle: listModels },
  { method: "GET", path: "/v1/models/:model{.+}", scope: "models.read", handle: getModel },
  { method: "POST", path: "/v1/files", scope: "files.write", handle: createFile },
  { method: "GET", path: "/v1/files", scope: "files.read", handle: listFiles },
  { method: "GET", path: "/v1/files/:file_id", scope: "files.read", handle: getFile },
  { method: "DELETE", path: "/v1/files/:file_id", scope: "files.write", handle: deleteFile },
  { method: "GET", path: "/v1/files/:file_id/content", scope: "files.read", handle: getFileContent },
  { method: "POST", path: "/v1/vector_stores", scope: "vector_stores.write", handle: createVectorStore },
  { method: "GET", path: "/v1/vector_stores", scope: "vector_stores.read", handle: listVectorStores },
  { method: "GET", path: "/v1/vector_stores/:vector_store_id", scope: "vector_stores.read", handle: getVectorStore },
  {
    method: "POST",
    path: "/v1/vector_stores/:vector_store_id",
    scope: "vector_stores.write",
    handle: updateVectorStore,
  },
  {
    method: "DELETE",
    path: "/v1/vector_stores/:vector_store_id",
    scope: "vector_stores.write",
    handle: deleteVectorStore,
  },
  {
    method: "POST",
    path: "/v1/vector_stores/:vector_store_id/search",
    scope: "vector_stores.read",
    handle: searchVectorStore,
    traced: true,
  },
  {
    method: "POST",
    path: "/v1/vector_stores/:vector_store_id/files",
    scope: "vector_stores.write",
    handle: createVectorStoreFile,
  },
  {
    method: "GET",
    path: "/v1/vector_stores/:vector_store_id/files",
    scope: "vector_stores.read",
    handle: listVectorStoreFiles,
  },
  {
    method: "GET",
    path: "/v1/vector_stores/:vector_store_id/files/:file_id",
    scope: "vector_stores.read",
    handle: getVectorStoreFile,
  },
  {
    method: "POST",
    path: "/v1/vector_stores/:vector_store_id/files/:file_id",
    scope: "vector_stores.write",
    handle: updateVectorStoreFile,
  },
  {
    method: "DELETE",
    path: "/v1/vector_stores/:vector_store_id/files/:file_id",
    scope: "vector_stores.write",
    handle: deleteVectorStoreFile,
  },
  {
    method: "GET",
    path: "/v1/vector_stores/:vector_store_id/files/:file_id/content",
    scope: "vector_stores.read",
    handle: getVectorStoreFileContent,
  },
  { method: "GET", path: "/v1/openapi.json", scope: null, handle: describeApi(() => apiRoutes) },
];

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
