import { answerJson } from "#server/api/answer";
import { answerEventStream, sseFrame } from "#server/api/event-stream";
import { publicOrigin } from "#server/api/public-origin";
import { type RunAllowance, startRun } from "#server/api/rate-limit";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { AppError } from "#server/errors";
import { type WireView, writeEvent, writeResponse } from "#server/protocol/dialect";
import { isTerminalEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { enterRun, type RunSlot } from "#server/services/responses/capacity";
import { createResponse as createResponseService, type ResponseRun } from "#server/services/responses/create-response";

/** What one request holds of the process and of its key's limits, until its run is over. */
interface Hold {
  slot: RunSlot;
  allowance: RunAllowance | null;
}

function letGo({ slot, allowance }: Hold): void {
  slot.leave();
  allowance?.end();
}

/** Tokens a request may take, before they are known: about four bytes of body each, and what the answer may have. */
function estimateTokens(bytes: number, body: unknown): number {
  const asked = typeof body === "object" && body !== null && "max_output_tokens" in body ? body.max_output_tokens : 0;
  return Math.ceil(bytes / 4) + (typeof asked === "number" ? asked : 0);
}

async function begin(request: ApiRequest, hold: Hold): Promise<ResponseRun> {
  let bytes = 0;
  const body = await request.json((count) => {
    bytes += count;
    hold.slot.hold(count);
  });
  hold.allowance = startRun(request.ctx.principal, estimateTokens(bytes, body), request.answerHeaders);
  const run = await createResponseService({
    ctx: request.ctx,
    input: {
      body,
      providerHeader: request.headers.get("x-model-provider"),
      providerApiKey: request.headers.get("x-provider-api-key"),
      idempotencyKey: request.headers.get("idempotency-key"),
    },
  });
  if (run.model) {
    request.answerHeaders["x-rejoinder-provider"] = run.model.provider;
    request.answerHeaders["x-rejoinder-model"] = run.model.name;
  } else request.answerHeaders["idempotent-replayed"] = "true";
  return run;
}

function noteOverhead(request: ApiRequest, run: ResponseRun): void {
  const ours = performance.now() - request.startedAt - run.upstreamMs();
  request.answerHeaders["x-rejoinder-overhead-ms"] = Math.max(0, ours).toFixed(1);
}

function settleUsage(hold: Hold, response: ResponseResource): void {
  if (response.usage) hold.allowance?.settle(response.usage.total_tokens);
}

/** The frames of a run, those of one upstream read together. */
async function* framesOf(request: ApiRequest, run: ResponseRun, hold: Hold): AsyncGenerator<string> {
  const view: WireView = { include: run.request.include, baseUrl: publicOrigin(request.raw) };
  try {
    for await (const batch of run.events) {
      let frames = "";
      for (const event of batch) {
        const written = writeEvent(request.dialect, event, view);
        frames += sseFrame("type" in written ? String(written.type) : event.type, JSON.stringify(written));
        if (isTerminalEvent(event)) settleUsage(hold, event.response);
      }
      yield frames;
    }
  } finally {
    letGo(hold);
  }
}

async function answerWhole(request: ApiRequest, run: ResponseRun, hold: Hold): Promise<Response> {
  let response: ResponseResource | null = null;
  for await (const batch of run.events) {
    for (const event of batch) {
      if (isTerminalEvent(event)) response = event.response;
    }
  }
  if (!response) throw new AppError("internal_error", "The run ended without a response.");
  settleUsage(hold, response);
  noteOverhead(request, run);
  const failure = run.failure();
  if (failure) throw failure;
  const view: WireView = { include: run.request.include, baseUrl: publicOrigin(request.raw) };
  return answerJson(request, writeResponse(request.dialect, response, view));
}

/** `POST /v1/responses`: a JSON answer, or server-sent events when the body says `stream: true`. */
export const createResponse: ApiHandler = async (request) => {
  const hold: Hold = { slot: enterRun(), allowance: null };
  let handedOver = false;
  try {
    const run = await begin(request, hold);
    if (!run.request.stream) return await answerWhole(request, run, hold);
    handedOver = true;
    noteOverhead(request, run);
    const pending = { add: hold.slot.add, remove: hold.slot.release };
    return await answerEventStream(request, { frames: framesOf(request, run, hold), pending });
  } finally {
    if (!handedOver) letGo(hold);
  }
};
