import { Hono } from "hono";
import type { ApiRoute } from "#server/api/route";
import { createResponse } from "#server/api/routes/create-response";
import { getModel, listModels } from "#server/api/routes/models";
import { describeApi } from "#server/api/routes/openapi";
import { deleteResponse, getResponse, listInputItems } from "#server/api/routes/responses";
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
