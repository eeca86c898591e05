import { runResponse } from "#server/engine/run-response";
import type { AppError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import type { CreateResponseRequest } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import { beginRun, runFactsOf } from "#server/services/responses/active-runs";
import type { Preparation, Prepared } from "#server/services/responses/prepare-response";
import { reasoningSealFor } from "#server/services/responses/reasoning-seal";
import { settleModel } from "#server/services/responses/settle-model";
import { timeModel } from "#server/services/responses/timed-model";
import { previewOfInput, searchedStores } from "#server/services/responses/trace-facts";
import { preparedResponse } from "#server/services/responses/without-model";

/** Puts on the trace what is known of a response before it runs. */
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

/** A prepared request on its way into the engine. */
export interface EngineCall {
  preparation: Preparation;
  prepared: Prepared;
  /** The response at its start. */
  opening: ResponseResource;
  /** Epoch milliseconds. */
  createdAt: number;
  /** Ends when the caller leaves or the work is taken away. */
  signal: AbortSignal;
  /** Told of the error that fails the response. */
  onFailure(error: AppError): void;
  /** Awaited before each hosted tool call runs. */
  beforeTool?: () => Promise<void>;
}

/** Starts the engine for a prepared request and notes the run, so that it can be watched and stopped. */
export function callEngine(call: EngineCall) {
  const { preparation, prepared, opening, createdAt, signal, onFailure, beforeTool } = call;
  const { ctx, input, request } = preparation;
  const { resolved } = prepared;
  noteFacts(preparation, prepared, opening);
  const run = beginRun(signal, runFactsOf(ctx, { opening, createdAt, input: prepared.context.inputItems }));
  const timed = timeModel(resolved.languageModel);
  const generate = () => {
    const events = runResponse({
      model: timed.model,
      request: {
        response: opening,
        ...prepared.fitted,
        settings: settingsOf(request),
        include: request.include,
        ...prepared.engine,
      },
      tools: prepared.tools,
      trace: ctx.trace,
      provider: resolved.provider,
      price: resolved.price,
      signal: run.signal,
      sealReasoning: reasoningSealFor(ctx.principal.teamId),
      onStart: run.show,
      onFailure,
      ...(beforeTool && { beforeTool }),
    });
    if (!resolved.mayChange) return events;
    // Nobody waits for the first byte of a background run: its queued events have been sent already.
    const streamed = request.stream && !request.background;
    return settleModel({ events, servedModel: () => resolved.servedModel, streamed });
  };
  const events = input.generate === false ? preparedResponse(opening) : generate();
  const end = () => {
    run.end();
    void closeTools(prepared.tools);
  };
  return { run: { ...run, end }, events, timed };
}

/** Nothing of a response waits for what its tools still have to do, and nothing fails by it. */
async function closeTools(tools: Prepared["tools"]): Promise<void> {
  for (const result of await Promise.allSettled([...tools.values()].map((tool) => tool.close?.()))) {
    if (result.status === "rejected") log().warn(errorFacts(result.reason), "a tool was not closed");
  }
}

/** The settings of a request as the engine takes them. */
export function settingsOf(request: CreateResponseRequest) {
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
    passed: request.passed,
  };
}
