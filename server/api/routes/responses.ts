import { answerJson } from "#server/api/answer";
import { eventFrame } from "#server/api/event-frame";
import { answerEventStream } from "#server/api/event-stream";
import { parseInclude } from "#server/api/parse-include";
import { publicOrigin } from "#server/api/public-origin";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { AppError } from "#server/errors";
import { type WireView, writeItem, writeResponse } from "#server/protocol/dialect";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { parseListQuery } from "#server/protocol/list";
import { cancelResponse as cancelResponseService } from "#server/services/responses/cancel-response";
import { deleteResponse as deleteResponseService } from "#server/services/responses/delete-response";
import { getResponse as getResponseService } from "#server/services/responses/get-response";
import { listInputItems as listInputItemsService } from "#server/services/responses/list-input-items";
import { watchRun } from "#server/services/responses/watch-run";

function viewOf(request: ApiRequest): WireView {
  return { include: parseInclude(request.query), baseUrl: publicOrigin(request.raw) };
}

function parseStartingAfter(query: URLSearchParams): number {
  const value = query.get("starting_after");
  if (value === null || value === "") return -1;
  const after = Number(value);
  if (Number.isInteger(after) && after >= 0) return after;
  throw new AppError(
    "invalid_type",
    `Invalid type for 'starting_after': expected an integer, but got '${value}' instead.`,
    {
      param: "starting_after",
    },
  );
}

async function* framesOf(
  request: ApiRequest,
  events: AsyncIterable<ResponseStreamEvent[]>,
  view: WireView,
): AsyncGenerator<string> {
  for await (const batch of events) {
    let frames = "";
    for (const event of batch) frames += eventFrame(request.dialect, event, view);
    yield frames;
  }
}

function responseIdOf(request: ApiRequest): string {
  return request.params.response_id ?? "";
}

/**
 * `GET /v1/responses/{response_id}`: the stored response, or with `stream=true` its events after `starting_after`, live
 * while it runs.
 */
export const getResponse: ApiHandler = async (request) => {
  const view = viewOf(request);
  const startingAfter = parseStartingAfter(request.query);
  const responseId = responseIdOf(request);
  if (request.query.get("stream") !== "true") {
    const response = await getResponseService({ ctx: request.ctx, input: { responseId } });
    return answerJson(request, writeResponse(request.dialect, response, view));
  }
  const events = await watchRun({ ctx: request.ctx, input: { responseId, startingAfter } });
  const pending = { add: () => {}, remove: () => {} };
  const padded = { ...view, obfuscation: request.query.get("include_obfuscation") !== "false" };
  return answerEventStream(request, { frames: framesOf(request, events, padded), pending });
};

/** `POST /v1/responses/{response_id}/cancel` */
export const cancelResponse: ApiHandler = async (request) => {
  const response = await cancelResponseService({ ctx: request.ctx, input: { responseId: responseIdOf(request) } });
  return answerJson(request, writeResponse(request.dialect, response, viewOf(request)));
};

/** `DELETE /v1/responses/{response_id}` */
export const deleteResponse: ApiHandler = async (request) =>
  answerJson(request, await deleteResponseService({ ctx: request.ctx, input: { responseId: responseIdOf(request) } }));

/** `GET /v1/responses/{response_id}/input_items` */
export const listInputItems: ApiHandler = async (request) => {
  const view = viewOf(request);
  const query = parseListQuery(request.query);
  const page = await listInputItemsService({ ctx: request.ctx, input: { responseId: responseIdOf(request), query } });
  return answerJson(request, { ...page, data: page.data.map((item) => writeItem(request.dialect, item, view)) });
};
