import { answerJson } from "#server/api/answer";
import { answerEventStream, sseFrame } from "#server/api/event-stream";
import { parseInclude } from "#server/api/parse-include";
import { publicOrigin } from "#server/api/public-origin";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { AppError } from "#server/errors";
import { type WireView, writeEvent, writeItem, writeResponse } from "#server/protocol/dialect";
import { numberEvents, type ResponseStreamEvent } from "#server/protocol/events";
import { parseListQuery } from "#server/protocol/list";
import type { ResponseResource } from "#server/protocol/response";
import { unfoldResponse } from "#server/protocol/unfold";
import { deleteResponse as deleteResponseService } from "#server/services/responses/delete-response";
import { getResponse as getResponseService } from "#server/services/responses/get-response";
import { listInputItems as listInputItemsService } from "#server/services/responses/list-input-items";

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

/** The events after `after` of a stream that would have led to the response. */
async function* replayFrames(request: ApiRequest, response: ResponseResource, after: number): AsyncGenerator<string> {
  const view = viewOf(request);
  const events = unfoldResponse(response);
  numberEvents(events, 0);
  let frames = "";
  for (const event of events as ResponseStreamEvent[]) {
    if (event.sequence_number <= after) continue;
    const written = writeEvent(request.dialect, event, view);
    frames += sseFrame("type" in written ? String(written.type) : event.type, JSON.stringify(written));
  }
  yield frames;
}

function responseIdOf(request: ApiRequest): string {
  return request.params.response_id ?? "";
}

/** `GET /v1/responses/{response_id}`: the stored response, or with `stream=true` its events, from `starting_after` on. */
export const getResponse: ApiHandler = async (request) => {
  const view = viewOf(request);
  const after = parseStartingAfter(request.query);
  const response = await getResponseService({ ctx: request.ctx, input: { responseId: responseIdOf(request) } });
  if (request.query.get("stream") !== "true")
    return answerJson(request, writeResponse(request.dialect, response, view));
  const pending = { add: () => {}, remove: () => {} };
  return answerEventStream(request, { frames: replayFrames(request, response, after), pending });
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
