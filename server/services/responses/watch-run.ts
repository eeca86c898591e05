import { readResponse } from "#server/db/responses";
import { numberEvents, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { unfoldResponse } from "#server/protocol/unfold";
import type { ServiceContext } from "#server/services/context";
import { findRun } from "#server/services/responses/active-runs";
import { checkStream } from "#server/services/responses/check-stream";
import { followLog } from "#server/services/responses/follow-log";
import { getResponse, responseNotFound } from "#server/services/responses/get-response";
import { askRunner } from "#server/services/responses/run-orders";

export interface WatchInput {
  responseId: string;
  /** The number of the last event that the reader has; nothing: from the beginning. */
  startingAfter?: number | undefined;
}

type Events = AsyncIterable<ResponseStreamEvent[]>;

async function* later(events: Events, after: number): AsyncGenerator<ResponseStreamEvent[], void> {
  for await (const batch of checkStream(events, { followed: true })) {
    const rest = batch.filter((event) => event.sequence_number > after);
    if (rest.length > 0) yield rest;
  }
}

/** A finished response as the stream that would have led to it. */
async function* unfolded(response: ResponseResource): AsyncGenerator<ResponseStreamEvent[], void> {
  const events: ResponseEvent[] = unfoldResponse(response);
  numberEvents(events, 0);
  yield events as ResponseStreamEvent[];
}

/**
 * The events of a response of the team's, numbered, to the terminal one: live for one that runs, on whichever node and
 * however it was asked for; of a finished one the log, or a stream that would have led to it. Everything that can be
 * refused is refused before this resolves. A run that keeps no content cannot be watched: it is as unknown.
 * @throws AppError not_found, database_unavailable
 */
export async function watchRun({ ctx, input }: { ctx: ServiceContext; input: WatchInput }): Promise<Events> {
  const { responseId, startingAfter: after = -1 } = input;
  const { teamId } = ctx.principal;
  const key = { teamId, responseId };
  const local = findRun(teamId, responseId);
  if (local && !local.facts.background) {
    if (!local.facts.keepsContent) throw responseNotFound(responseId);
    return later(local.watch(ctx.signal), after);
  }
  const stored = await readResponse(teamId, responseId);
  if (stored?.body.background) {
    const events = followLog({ ...key, after, signal: ctx.signal });
    return after < 0 ? checkStream(events, { followed: true }) : events;
  }
  if (stored) return later(unfolded(await getResponse({ ctx, input: { responseId } })), after);
  if (!(await askRunner("watch", key))) throw responseNotFound(responseId);
  // The runner is asked again when it falls silent: it may have died with its process.
  const ended = async () => !(await askRunner("watch", key));
  return followLog({ ...key, after, signal: ctx.signal, ended });
}
