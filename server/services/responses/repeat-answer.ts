import { isAppError } from "#server/errors";
import type { CreateResponseRequest } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import type { ResponseRun } from "#server/services/responses/create-response";
import { followLog } from "#server/services/responses/follow-log";
import { getResponse } from "#server/services/responses/get-response";
import { repeatedResponse } from "#server/services/responses/without-model";

/** The stream of a background run. Ends the trace of the request that repeats it. */
async function* followed({ principal, trace, signal }: ServiceContext, responseId: string) {
  trace.set({ responseId, httpStatus: 200 });
  yield* followLog({ teamId: principal.teamId, responseId, after: -1, signal });
  trace.end({ status: "ok" });
}

/** A background response as it stands by now; as it was first answered when it is gone. */
async function current(ctx: ServiceContext, first: ResponseResource): Promise<ResponseResource> {
  try {
    return await getResponse({ ctx, input: { responseId: first.id } });
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") return first;
    throw error;
  }
}

/**
 * The first answer to a request once more, as a stream that would have led to it. A background response is answered as
 * it stands by now, and its stream is that of the run.
 * @throws AppError database_unavailable
 */
export async function repeatAnswer({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { request: CreateResponseRequest; response: ResponseResource };
}): Promise<ResponseRun> {
  const { request, response } = input;
  const events = request.background ? followed(ctx, response.id) : repeatedResponse(ctx.trace, response);
  return {
    request,
    events,
    model: () => null,
    attempts: () => 0,
    upstreamMs: () => 0,
    failure: () => null,
    queued: request.background ? await current(ctx, response) : null,
  };
}
