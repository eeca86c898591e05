import { logUnexpected, retryHeaders } from "#server/api/error-response";
import { parseJson } from "#server/api/json-body";
import { admitRequest, startRun } from "#server/api/rate-limit";
import { estimateTokens, letGo, type RunHold, settleUsage } from "#server/api/run-hold";
import { beginTrace, noteRefusal, type TracedRequest } from "#server/api/trace-request";
import type { Ending, Turn } from "#server/api/websocket/connection";
import { authenticateBearer } from "#server/auth/authenticate-bearer";
import type { Principal } from "#server/auth/principal";
import { requireScope } from "#server/auth/require-scope";
import { type AppError, statusOf, toWireError } from "#server/errors";
import { newTraceId } from "#server/ids";
import { type Dialect, type WireView, writeEvent } from "#server/protocol/dialect";
import { isTerminalEvent, type ResponseStreamEvent } from "#server/protocol/events";
import { continuedFrom, parseCreateMessage, streamIdOf, writeErrorEnvelope } from "#server/protocol/websocket";
import { toKnownError } from "#server/services/known-error";
import { enterRun } from "#server/services/responses/capacity";
import type { ConnectionMemory } from "#server/services/responses/connection-memory";
import { createResponse, type ResponseRun } from "#server/services/responses/create-response";
import type { TraceRecorder } from "#server/tracing/span";

/** Name of a turn's trace, and of a refused upgrade's. */
export const TRACE_NAME = "WS /v1/responses";
export const SCOPE = "responses.write";

/** Who is at the other end, as its upgrade said, and what it may still continue from. */
export interface Peer {
  authorization: string | null;
  dialect: Dialect;
  /** Origin under which it reached this server. */
  baseUrl: string;
  /** `x-model-provider` and `x-provider-api-key` hold for every turn. */
  providerHeader: string | null;
  providerApiKey: string | null;
  memory: ConnectionMemory;
}

/** A turn as far as it has come. */
interface Progress {
  peer: Peer;
  turn: Turn;
  request: TracedRequest;
  /** What HTTP would send as headers. */
  headers: Record<string, string>;
  principal: Principal | null;
  trace: TraceRecorder | null;
  /** The parsed message; null while there is none. */
  message: unknown;
}

/** A run on its way: everything that can be refused has been checked. */
interface Started {
  run: ResponseRun;
  hold: RunHold;
}

const NOTHING_PENDING = { add() {}, remove() {} };

function inLane(message: object, streamId: string | null): string {
  return JSON.stringify(streamId === null ? message : { ...message, stream_id: streamId });
}

/** The message that tells of an error: an envelope in the dialect's words, with what HTTP would say in headers. */
export function tellError(
  dialect: Dialect,
  error: AppError,
  about: Partial<Pick<Progress, "headers" | "message">> = {},
): string {
  const wire = { ...toWireError(error), code: error.wireCode ?? error.code };
  const headers = { ...about.headers, ...retryHeaders(error) };
  const envelope = writeErrorEnvelope(dialect, { status: statusOf(error.code), error: { ...wire, headers } });
  return inLane(envelope, streamIdOf(about.message));
}

/** Everything that can be refused. Nothing has been sent then. */
async function start(progress: Progress, data: Buffer): Promise<Started> {
  const { peer, turn, headers } = progress;
  // Every turn again: the key may have been revoked, or have lost its scope, since the last one.
  const principal = await authenticateBearer(peer.authorization);
  progress.principal = principal;
  const trace = beginTrace(progress.request, principal);
  progress.trace = trace;
  requireScope(principal, SCOPE);
  admitRequest(principal, headers);
  progress.message = parseJson(data.toString("utf8"), "The message");
  const { body, generate } = parseCreateMessage(progress.message, peer.dialect);
  const hold: RunHold = { slot: enterRun(), allowance: null };
  try {
    hold.allowance = startRun(principal, generate ? estimateTokens(data.length, body) : 0, headers);
    const run = await createResponse({
      ctx: { principal, trace, signal: turn.signal },
      input: {
        body: { ...body, stream: true },
        generate,
        memory: peer.memory,
        providerHeader: peer.providerHeader,
        providerApiKey: peer.providerApiKey,
      },
    });
    return { run, hold };
  } catch (error) {
    letGo(hold);
    throw error;
  }
}

/** Sends the events of a run as they come, one a message, those of one upstream read together. */
async function send({ peer, turn, message }: Progress, { run, hold }: Started): Promise<void> {
  const view: WireView = { include: run.request.include, baseUrl: peer.baseUrl };
  const pending = { add: hold.slot.add, remove: hold.slot.release };
  const streamId = streamIdOf(message);
  let leftOut = 0;
  const write = (event: ResponseStreamEvent) => {
    const numbered = leftOut === 0 ? event : { ...event, sequence_number: event.sequence_number - leftOut };
    return inLane(writeEvent(peer.dialect, numbered, view), streamId);
  };
  try {
    for await (const batch of run.events) {
      const messages: string[] = [];
      for (const event of batch) {
        // A turn ends with one message: `response.failed` says all of what the `error` event before it says.
        if (event.type === "error") leftOut += 1;
        else messages.push(write(event));
        if (isTerminalEvent(event)) settleUsage(hold, event.response);
      }
      await turn.writer.write(messages, pending);
    }
  } finally {
    letGo(hold);
  }
}

function forgetPrevious({ peer, message }: Progress): void {
  const previous = continuedFrom(message);
  if (previous !== null) peer.memory.forget(previous);
}

async function refuse(progress: Progress, thrown: unknown): Promise<Ending | null> {
  const { peer, turn, request } = progress;
  const error = toKnownError(thrown);
  logUnexpected(error, request.traceId);
  noteRefusal(request, { ...progress, error });
  forgetPrevious(progress);
  await turn.writer.write([tellError(peer.dialect, error, progress)], NOTHING_PENDING);
  return statusOf(error.code) === 401 ? { code: 1008, reason: error.code } : null;
}

async function answer(peer: Peer, turn: Turn, data: Buffer): Promise<Ending | null> {
  const traceId = newTraceId();
  const progress: Progress = {
    peer,
    turn,
    request: { name: TRACE_NAME, traceId, startedAt: performance.now() },
    headers: { "x-request-id": traceId },
    principal: null,
    trace: null,
    message: null,
  };
  let started: Started;
  try {
    started = await start(progress, data);
  } catch (error) {
    return refuse(progress, error);
  }
  await send(progress, started);
  if (started.run.failure()) forgetPrevious(progress);
  return null;
}

/**
 * Answers one message of a connection: the events of a response, or one error envelope when it is refused before it
 * began. After a continuation that failed, what it continued from is no longer remembered. Returns how the connection
 * must end, when the key is no longer valid; else null.
 */
export async function runTurn(peer: Peer, turn: Turn): Promise<Ending | null> {
  const { message, writer } = turn;
  if (message.type === "message") return answer(peer, turn, message.data);
  const envelope = tellError(peer.dialect, message.error);
  for (let told = 0; told < message.times; told++) await writer.write([envelope], NOTHING_PENDING);
  return null;
}
