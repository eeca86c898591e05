import { answerJson } from "#server/api/answer";
import { eventFrame } from "#server/api/event-frame";
import { answerEventStream } from "#server/api/event-stream";
import { whenBegun } from "#server/api/first-words";
import { publicOrigin } from "#server/api/public-origin";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { letGo, noteRun, openHold, type RunHold, readRunBody, runHeadersOf, settleUsage } from "#server/api/run-hold";
import { AppError } from "#server/errors";
import { type WireView, writeResponse } from "#server/protocol/dialect";
import { isTerminalEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { createResponse as createResponseService, type ResponseRun } from "#server/services/responses/create-response";

async function begin(request: ApiRequest, hold: RunHold): Promise<ResponseRun> {
  const body = await readRunBody(request, hold);
  return createResponseService({ ctx: request.ctx, input: { body, ...runHeadersOf(request) } });
}

/** The frames of a run, those of one upstream read together. */
async function* framesOf(request: ApiRequest, run: ResponseRun, hold: RunHold): AsyncGenerator<string> {
  const { include, obfuscation } = run.request;
  const view: WireView = { include, baseUrl: publicOrigin(request.raw), obfuscation };
  try {
    for await (const batch of run.events) {
      let frames = "";
      for (const event of batch) {
        frames += eventFrame(request.dialect, event, view);
        if (isTerminalEvent(event)) settleUsage(hold, event.response);
      }
      yield frames;
    }
  } finally {
    if (run.queued) hold.allowance?.keep();
    letGo(hold);
  }
}

async function answerWhole(request: ApiRequest, run: ResponseRun, hold: RunHold): Promise<Response> {
  let response: ResponseResource | null = null;
  for await (const batch of run.events) {
    for (const event of batch) {
      if (isTerminalEvent(event)) response = event.response;
    }
  }
  if (!response) throw new AppError("internal_error", "The run ended without a response.");
  settleUsage(hold, response);
  noteRun(request, run);
  const failure = run.failure();
  if (failure) throw failure;
  const view: WireView = { include: run.request.include, baseUrl: publicOrigin(request.raw) };
  return answerJson(request, writeResponse(request.dialect, response, view));
}

function answerQueued(request: ApiRequest, run: ResponseRun, response: ResponseResource): Response {
  noteRun(request, run);
  const view: WireView = { include: run.request.include, baseUrl: publicOrigin(request.raw) };
  return answerJson(request, writeResponse(request.dialect, response, view));
}

/** `POST /v1/responses`: a JSON answer, or server-sent events when the body says `stream: true`. */
export const createResponse: ApiHandler = async (request) => {
  const hold = openHold();
  let handedOver = false;
  try {
    const run = await begin(request, hold);
    if (!run.request.stream) {
      if (!run.queued) return await answerWhole(request, run, hold);
      hold.allowance?.keep();
      return answerQueued(request, run, run.queued);
    }
    handedOver = true;
    const frames = await whenBegun(framesOf(request, run, hold));
    noteRun(request, run);
    const pending = { add: hold.slot.add, remove: hold.slot.release };
    return await answerEventStream(request, { frames, pending });
  } finally {
    if (!handedOver) letGo(hold);
  }
};
