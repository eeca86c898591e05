import { clock } from "#server/clock";
import { config } from "#server/config";
import { type BackgroundRunRow, endBackgroundRun } from "#server/db/background-runs";
import { type LogKey, readEvents } from "#server/db/response-events";
import { readResponse } from "#server/db/responses";
import type { NewDelivery } from "#server/db/webhook-deliveries";
import { type AppError, toWireError } from "#server/errors";
import { breakOff } from "#server/protocol/break-off";
import { numberEvents, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { startBackgroundTrace } from "#server/services/responses/background-trace";
import { announceEvents, toEventRow } from "#server/services/responses/event-log";
import { askedApprovals, isAnswer, itemRow } from "#server/services/responses/response-rows";
import { endResponseTrace } from "#server/services/responses/trace-facts";
import { announceResponse } from "#server/services/webhooks/announce-response";

const BATCH = 1_000;

/** Thrown where the run is another's by now, or has ended. */
class NotOurs extends Error {}

/** A background response as it ends, and what is not yet in its log. */
interface LastWords {
  response: ResponseResource;
  events: readonly { seq: number; body: string }[];
  /** Labels of its servers whose credentials came with the request. */
  credentialLabels: readonly string[];
}

/**
 * Stores a finished background response together with its last events and the news of it for the team's webhooks, and
 * tells its followers. False, and nothing is
 * stored, when the run is another's by now, or has ended.
 * @throws AppError database_unavailable
 */
export async function storeEnd(
  key: LogKey,
  attempt: number,
  { response, events, credentialLabels }: LastWords,
): Promise<boolean> {
  const { output, ...body } = response;
  const now = clock().now();
  const end = {
    attempt,
    status: response.status,
    model: response.model,
    body: JSON.stringify(body),
    output: output.map(itemRow),
    completedAt: response.completed_at === null ? null : response.completed_at * 1000,
    expiresAt: response.store ? null : now + config().BACKGROUND_UNSTORED_TTL_SECONDS,
    conversationId: isAnswer(response) ? (response.conversation?.id ?? null) : null,
    approvals: askedApprovals(response, { teamId: key.teamId, credentialLabels }),
    now,
    events,
  };
  const store = async (deliveries: readonly NewDelivery[]) => {
    if (!(await endBackgroundRun(key, { ...end, deliveries }))) throw new NotOurs();
  };
  try {
    await announceResponse({ teamId: key.teamId, response, store });
  } catch (error) {
    if (error instanceof NotOurs) return false;
    throw error;
  }
  announceEvents(key.responseId, events.at(-1)?.seq ?? 0);
  return true;
}

async function readLog(key: LogKey): Promise<ResponseStreamEvent[]> {
  const log: ResponseStreamEvent[] = [];
  for (;;) {
    const events = await readEvents(key, { after: log.at(-1)?.sequence_number ?? -1, limit: BATCH });
    log.push(...events);
    if (events.length < BATCH) return log;
  }
}

/** How a run ends that nobody goes on with. */
export type Outcome = { status: "cancelled" } | { status: "failed"; error: AppError };

function lastEvents(response: ResponseResource, outcome: Outcome): ResponseEvent[] {
  if (outcome.status === "cancelled") return [{ type: "response.incomplete", response }];
  const error = toWireError(outcome.error);
  const { code, message, param } = error;
  return [
    { type: "error", error, code, message, param },
    { type: "response.failed", response },
  ];
}

/**
 * Ends a run that this caller has just taken and does not go on with: what its log holds becomes the output, closed as
 * cut off. False when the run is another's by now, or has ended.
 * @throws AppError database_unavailable
 */
export async function endBrokenOff(key: LogKey, run: BackgroundRunRow, outcome: Outcome): Promise<boolean> {
  const stored = await readResponse(key.teamId, key.responseId);
  if (!stored) return false;
  const log = await readLog(key);
  const { closing, response: latest } = breakOff(log);
  const error = outcome.status === "failed" ? toWireError(outcome.error) : null;
  const response: ResponseResource = {
    ...latest,
    status: outcome.status,
    completed_at: null,
    error: error && { code: error.code ?? error.type, message: error.message },
  };
  const events = [...closing, ...lastEvents(response, outcome)];
  numberEvents(events, (log.at(-1)?.sequence_number ?? -1) + 1);
  const rows = (events as ResponseStreamEvent[]).map(toEventRow);
  if (!(await storeEnd(key, run.attempt, { response, events: rows, credentialLabels: [] }))) return false;
  const { trace } = startBackgroundTrace(key, run);
  if (!response.store) trace.dropContent();
  trace.set({ responseId: response.id, servedModel: response.model });
  const failure = outcome.status === "failed" ? outcome.error : null;
  endResponseTrace({ trace, response, error: failure, streamed: true, price: () => null });
  return true;
}
