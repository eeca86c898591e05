import { answerJson } from "#server/api/answer";
import { publicOrigin } from "#server/api/public-origin";
import type { ApiHandler, ApiRoute } from "#server/api/route";

/** `GET /v1/openapi.json` over the given routes: the document is loaded and built when it is first asked for. */
export function describeApi(routes: () => readonly ApiRoute[]): ApiHandler {
  let document: object | undefined;
  return async (request) => {
    const { documentOf } = await import("#server/api/routes/api-document");
    document ??= documentOf(routes());
    return answerJson(request, { ...document, servers: [{ url: publicOrigin(request.raw) }] });
  };
}
