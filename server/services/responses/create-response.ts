import { clock, toSeconds } from "#server/clock";
import { type AppError, toAppError } from "#server/errors";
import { type IdKind, newId } from "#server/ids";
import type { ResponseStreamEvent } from "#server/protocol/events";
import type { CreateResponseRequest } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import type { ActiveRun } from "#server/services/responses/active-runs";
import { callEngine } from "#server/services/responses/call-engine";
import { checkStream } from "#server/services/responses/check-stream";
import type { ConnectionMemory } from "#server/services/responses/connection-memory";
import { type Idempotency, openIdempotency } from "#server/services/responses/idempotency";
import { claimApprovals } from "#server/services/responses/mcp-approvals";
import { openRequest, type Preparation, type Prepared, prepare } from "#server/services/responses/prepare-response";
import { queueResponse } from "#server/services/responses/queue-response";
import { recordResponse } from "#server/services/responses/record-response";
import { repeatAnswer } from "#server/services/responses/repeat-answer";
import { storeResponse } from "#server/services/responses/store-response";
import { credentialLabelsOf } from "#server/services/responses/tool-credentials";
import { endResponseTrace } from "#server/services/responses/trace-facts";

export interface CreateResponseInput {
  /** The parsed JSON body, as it came. */
  body: unknown;
  /** `x-model-provider`. */
  providerHeader?: string | null;
  /** `x-provider-api-key`: used for this request, kept nowhere. */
  providerApiKey?: string | null;
  /** `Idempotency-Key`. */
  idempotencyKey?: string | null;
  /** Of the connection the request came over: what it was told and stored nowhere. */
  memory?: ConnectionMemory;
  /** False: the response ends at once, without output; the model is not asked. */
  generate?: boolean;
  /** For a request that came in another shape than the Responses API's. */
  form?: RequestForm;
}

/** A run that has ended. `createdAt`: when its request came in, epoch milliseconds. */
export interface FinishedRun {
  ctx: ServiceContext;
  response: ResponseResource;
  createdAt: number;
}

/** A request in another shape, and what of its run is kept in place of a response. */
export interface RequestForm {
  /** Tells equal bodies of two shapes apart under one Idempotency-Key. */
  name: string;
  idKind: IdKind;
  request: CreateResponseRequest;
  /** True: a run that is not stored leaves its content in its trace, unless the body says `store: false`. */
  tracesUnstored: boolean;
  /** True: a stream tells a failure by its status as long as nothing has been said. */
  opensLate: boolean;
  /** Makes the finished run durable; called only where it is to be stored. */
  save(run: FinishedRun): Promise<void>;
}

/** A response on its way. Everything that can be refused with a status has been checked. */
export interface ResponseRun {
  request: CreateResponseRequest;
  /**
   * Numbered events in the neutral form, one array per upstream read. To be read to the end. A stored response is
   * durable before its terminal event comes.
   */
  events: AsyncIterable<ResponseStreamEvent[]>;
  /**
   * Which connection and model answer; null when the answer is repeated for its Idempotency-Key. Of an alias: as far as
   * it is known, and known when the first events come, unless nobody has begun to answer within a heartbeat.
   */
  model(): { provider: string; name: string } | null;
  /** 1, and one more for each try at a vendor that failed so far. */
  attempts(): number;
  /** Milliseconds spent waiting for the model so far. */
  upstreamMs(): number;
  /** What failed the response, once its terminal event has come; null when nothing did. */
  failure(): AppError | null;
  /** A background response: what a caller that does not stream is answered at once. Its events only follow the run. */
  queued: ResponseResource | null;
}

interface Started {
  preparation: Preparation;
  prepared: Prepared;
  opening: ResponseResource;
  createdAt: number;
  idempotency: Extract<Idempotency, { type: "run" }> | null;
  run: ActiveRun;
  failure: AppError | null;
}

async function persist({ preparation, prepared, createdAt }: Started, response: ResponseResource): Promise<void> {
  if (!response.store) return;
  const { ctx, input, request } = preparation;
  const span = ctx.trace.startSpan({ name: "persist", kind: "storage" });
  const credentialLabels = credentialLabelsOf(request);
  try {
    if (input.form) await input.form.save({ ctx, response, createdAt });
    else {
      const { context } = prepared;
      await storeResponse({ principal: ctx.principal, context, response, createdAt, credentialLabels });
    }
    span.end();
  } catch (error) {
    span.end({ status: "error" });
    throw error;
  }
}

async function finish(started: Started, response: ResponseResource, error: unknown): Promise<void> {
  const { preparation, prepared, idempotency, run } = started;
  if (error !== null) started.failure = toAppError(error);
  run.end();
  endResponseTrace({
    trace: preparation.ctx.trace,
    response,
    error: started.failure,
    streamed: preparation.request.stream && !(preparation.input.form?.opensLate && response.output.length === 0),
    price: prepared.resolved.priceOfResponse,
  });
  const isAnswer = response.status === "completed" || response.status === "incomplete";
  if (isAnswer && !response.store) {
    const { history, inputItems } = prepared.context;
    preparation.input.memory?.remember(response.id, [...history, ...inputItems, ...response.output]);
  }
  await (isAnswer ? idempotency?.keep(response) : idempotency?.giveUp());
}

function startRun(preparation: Preparation, prepared: Prepared, idempotency: Started["idempotency"]): ResponseRun {
  const { ctx, input } = preparation;
  const { resolved, request } = prepared;
  const createdAt = clock().now();
  const opening = openResponse({
    id: newId(input.form?.idKind ?? "response"),
    createdAt: toSeconds(createdAt),
    model: resolved.servedModel,
    request,
  });
  const { run, events, timed } = callEngine({
    preparation,
    prepared,
    opening,
    createdAt,
    signal: ctx.signal,
    onFailure: (error) => {
      started.failure = error;
    },
  });
  const started: Started = { preparation, prepared, opening, createdAt, idempotency, run, failure: null };
  return {
    request,
    events: checkStream(
      recordResponse({
        events,
        opening,
        trace: ctx.trace,
        publish: run.publish,
        save: (response) => persist(started, response),
        onEnd: ({ response, error }) => finish(started, response, error),
      }),
    ),
    model: () => ({ provider: resolved.provider, name: resolved.servedModel }),
    attempts: timed.attempts,
    upstreamMs: timed.waitedMs,
    failure: () => started.failure,
    queued: null,
  };
}

/**
 * Starts a response: checks everything that can be refused, then returns its events, which run the model as they are
 * read; those of a background response follow the job that runs it. The same `Idempotency-Key` and body return the
 * first answer and run nothing.
 * @throws AppError for every way in which the request can be refused; nothing has been sent or stored then
 */
export async function createResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CreateResponseInput;
}): Promise<ResponseRun> {
  const request = await openRequest(ctx, input);
  const preparation: Preparation = { ctx, input, request };
  const key = input.idempotencyKey ?? null;
  const body = input.form ? { [input.form.name]: input.body } : input.body;
  const idempotency = key === null ? null : await openIdempotency({ ctx, input: { key, body } });
  if (idempotency?.type === "replay") return repeatAnswer({ ctx, input: { request, response: idempotency.response } });
  let giveBack: (() => Promise<void>) | null = null;
  try {
    const prepared = await prepare(preparation);
    if (input.generate !== false) giveBack = await claimApprovals({ ctx, input: prepared });
    if (!request.background) return startRun(preparation, prepared, idempotency);
    return await queueResponse({ preparation, prepared, idempotency });
  } catch (error) {
    // Neither may keep the other from being done, nor hide why the request has failed.
    await Promise.allSettled([giveBack?.(), idempotency?.giveUp()]);
    throw error;
  }
}
