import { clock, toSeconds } from "#server/clock";
import { toModelInput } from "#server/engine/model-input";
import { runResponse } from "#server/engine/run-response";
import { AppError, toAppError } from "#server/errors";
import { type IdKind, newId } from "#server/ids";
import type { ResponseStreamEvent } from "#server/protocol/events";
import type { CreateResponseRequest } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import { requireStorage } from "#server/services/conversations/require-storage";
import { resolveModel } from "#server/services/models/resolve-model";
import { type ActiveRun, beginRun } from "#server/services/responses/active-runs";
import type { ConnectionMemory } from "#server/services/responses/connection-memory";
import { type Idempotency, openIdempotency } from "#server/services/responses/idempotency";
import { loadContext, type ResponseContext } from "#server/services/responses/load-context";
import { loadFiles } from "#server/services/responses/load-files";
import { openTools } from "#server/services/responses/open-tools";
import { readRequest } from "#server/services/responses/read-request";
import { recordResponse } from "#server/services/responses/record-response";
import { settleModel } from "#server/services/responses/settle-model";
import { storeResponse } from "#server/services/responses/store-response";
import { timeModel } from "#server/services/responses/timed-model";
import { endResponseTrace, previewOfInput, searchedStores } from "#server/services/responses/trace-facts";
import { preparedResponse, repeatedResponse } from "#server/services/responses/without-model";

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
}

interface Preparation {
  ctx: ServiceContext;
  input: CreateResponseInput;
  request: CreateResponseRequest;
}

/** The request with what is really in force: nothing is stored for a key that keeps no content. */
async function effectiveRequest(ctx: ServiceContext, input: CreateResponseInput): Promise<CreateResponseRequest> {
  const request = input.form?.request ?? (await readRequest({ ctx, input: { body: input.body } }));
  if (request.background) {
    throw new AppError("unsupported_parameter", "Background responses are not supported by this server.", {
      param: "background",
    });
  }
  const keepsContent = ctx.principal.type !== "apiKey" || ctx.principal.logContent;
  const effective = keepsContent ? request : { ...request, store: false };
  requireStorage(effective, keepsContent);
  return effective;
}

/** True for a body that wants nothing of its run kept. */
export function asksForNoStore(body: unknown): boolean {
  return typeof body === "object" && body !== null && "store" in body && body.store === false;
}

async function loadTraced({ ctx, input, request }: Preparation): Promise<ResponseContext> {
  const span = ctx.trace.startSpan({ name: "load context", kind: "storage" });
  try {
    const context = await loadContext({ ctx, input: { ...request, memory: input.memory ?? null } });
    span.set({ historyItems: context.historyItemIds.length, inputItems: context.inputItems.length });
    span.end();
    return context;
  } catch (error) {
    span.end({ status: "error" });
    throw error;
  }
}

/** Everything that can be refused, before anything runs. */
async function prepare(preparation: Preparation) {
  const { ctx, input, request } = preparation;
  const [resolved, context, tools] = await Promise.all([
    resolveModel({
      ctx,
      input: {
        model: request.model,
        providerHeader: input.providerHeader ?? null,
        providerApiKey: input.providerApiKey ?? null,
      },
    }),
    loadTraced(preparation),
    openTools({ ctx, input: { tools: request.tools } }),
  ]);
  const items = [...context.promptItems, ...context.items];
  const files = await loadFiles({ ctx, input: { items } });
  return { resolved, context, tools, modelInput: toModelInput(items, files) };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

function noteFacts(preparation: Preparation, prepared: Prepared, response: ResponseResource): void {
  const { trace } = preparation.ctx;
  const { resolved, context } = prepared;
  trace.set({
    responseId: response.id,
    requestedModel: resolved.requestedModel,
    servedModel: resolved.servedModel,
    provider: resolved.provider,
    ...(response.conversation ? { conversationId: response.conversation.id } : {}),
    vectorStoreIds: searchedStores(response.tools),
    inputPreview: previewOfInput(context.inputItems),
  });
  trace.content({ input: context.items });
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
  const { ctx, input } = preparation;
  const span = ctx.trace.startSpan({ name: "persist", kind: "storage" });
  try {
    if (input.form) await input.form.save({ ctx, response, createdAt });
    else await storeResponse({ principal: ctx.principal, context: prepared.context, response, createdAt });
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
  const { ctx, input, request } = preparation;
  const { resolved } = prepared;
  const createdAt = clock().now();
  const opening = openResponse({
    id: newId(input.form?.idKind ?? "response"),
    createdAt: toSeconds(createdAt),
    model: resolved.servedModel,
    request,
  });
  noteFacts(preparation, prepared, opening);
  const run = beginRun(ctx.signal);
  const timed = timeModel(resolved.languageModel);
  const servedModel = () => resolved.servedModel;
  const started: Started = { preparation, prepared, opening, createdAt, idempotency, run, failure: null };
  const generate = () => {
    const events = runResponse({
      model: timed.model,
      request: {
        response: opening,
        input: prepared.modelInput,
        settings: settingsOf(request),
        include: request.include,
      },
      tools: prepared.tools,
      trace: ctx.trace,
      provider: resolved.provider,
      price: resolved.price,
      signal: run.signal,
      onFailure: (error) => {
        started.failure = error;
      },
    });
    return resolved.mayChange ? settleModel({ events, servedModel, streamed: request.stream }) : events;
  };
  return {
    request,
    events: recordResponse({
      events: input.generate === false ? preparedResponse(opening) : generate(),
      opening,
      trace: ctx.trace,
      save: (response) => persist(started, response),
      onEnd: ({ response, error }) => finish(started, response, error),
    }),
    model: () => ({ provider: resolved.provider, name: servedModel() }),
    attempts: timed.attempts,
    upstreamMs: timed.waitedMs,
    failure: () => started.failure,
  };
}

function settingsOf(request: CreateResponseRequest) {
  return {
    verbosity: request.text.verbosity,
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    topLogprobs: request.topLogprobs,
    stop: request.stop,
    seed: request.seed,
    logitBias: request.logitBias,
    reasoning: request.reasoning,
    serviceTier: request.serviceTier,
  };
}

/**
 * Starts a response: checks everything that can be refused, then returns its events, which run the model as they are
 * read. The same `Idempotency-Key` and body return the first answer and run nothing.
 * @throws AppError for every way in which the request can be refused; nothing has been sent or stored then
 */
export async function createResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CreateResponseInput;
}): Promise<ResponseRun> {
  // Before it is parsed: a refusal may quote the value at fault.
  if (asksForNoStore(input.body)) ctx.trace.dropContent();
  const { form } = input;
  const request = await effectiveRequest(ctx, input);
  const traced = request.store || (form?.tracesUnstored && !asksForNoStore(input.body));
  if (traced) ctx.trace.content({ request: input.body });
  else ctx.trace.dropContent();
  if (request.model !== null) ctx.trace.set({ requestedModel: request.model });
  const preparation: Preparation = { ctx, input, request };
  const key = input.idempotencyKey ?? null;
  const body = form ? { [form.name]: input.body } : input.body;
  const idempotency = key === null ? null : await openIdempotency({ ctx, input: { key, body } });
  if (idempotency?.type === "replay") {
    const events = repeatedResponse(ctx.trace, idempotency.response);
    return { request, events, model: () => null, attempts: () => 0, upstreamMs: () => 0, failure: () => null };
  }
  try {
    return startRun(preparation, await prepare(preparation), idempotency);
  } catch (error) {
    await idempotency?.giveUp();
    throw error;
  }
}
