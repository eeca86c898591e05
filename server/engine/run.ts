import type { Ending } from "#server/engine/builder/ending";
import type { Replay } from "#server/engine/builder/replay";
import type { Turn, TurnCall } from "#server/engine/builder/turn-call";
import { CallRules } from "#server/engine/call-rules";
import { type CommonQuestion, toCommonQuestion } from "#server/engine/common-question";
import type { ApprovedCall, RunLimits, RunOptions } from "#server/engine/engine-request";
import { ModelCall } from "#server/engine/model-call";
import { toVendorTools } from "#server/engine/model-tools";
import { ResponseBuilder } from "#server/engine/response-builder";
import { runCalls } from "#server/engine/run-tools";
import { summarise } from "#server/engine/summarise";
import { AppError } from "#server/errors";
import type { ResponseEvent } from "#server/protocol/events";
import type { ModelEvent, ModelInput, ModelRequest } from "#server/providers/provider";

const LIMITS: RunLimits = { maxTurns: 32, toolConcurrency: 4 };

/** The state of one response while it runs: its builder, what its model has seen, and what it may still do. */
export class Run {
  readonly #builder: ResponseBuilder;
  readonly #options: RunOptions;
  readonly #rules: CallRules;
  readonly #limits: RunLimits;
  readonly #request: CommonQuestion & Pick<ModelRequest, "signal">;
  readonly #toolNames = new Set<string>();
  #input: ModelInput[];
  #number = 0;
  #markers = 0;
  #outputTokens = 0;
  #call: ModelCall | null = null;
  #turn: Turn | null = null;
  #answers: ModelInput[] = [];

  constructor(options: RunOptions) {
    const { request, tools, signal } = options;
    const { response, settings, include } = request;
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#rules = new CallRules({ response, request, hosted: tools });
    this.#input = request.input;
    const asked = {
      settings,
      include,
      tools: request.tools,
      instructions: response.instructions,
      parallelToolCalls: response.parallel_tool_calls,
      format: response.text.format,
      promptCacheKey: response.prompt_cache_key,
      safetyIdentifier: response.safety_identifier,
    };
    this.#request = { ...toCommonQuestion(asked, tools), signal };
    this.#builder = new ResponseBuilder({
      response,
      logprobs: this.#request.topLogprobs !== null,
      reasoningAsSummary: response.reasoning.summary !== null,
      sealReasoning: options.sealReasoning,
      usedCallIds: request.input.flatMap((item) => (item.type === "tool_call" ? [item.callId] : [])),
    });
  }

  /** What has been said so far, for a newcomer. */
  replay(): Replay {
    return this.#builder.replay();
  }

  /** The first events of the stream; none when the model's own first word opens it. */
  open(): ResponseEvent[] {
    if (!this.#options.model.tellsSettings) this.#builder.open();
    return this.#builder.take();
  }

  /** What the output begins with, and the calls that the client has approved. Throws the signal's reason. */
  async *begin(): AsyncGenerator<ResponseEvent[], void> {
    const { lists, approved } = this.#options.request;
    for (const item of lists ?? []) this.#builder.insert(item, null);
    if (lists?.length) yield this.#builder.take();
    if (!approved?.length) return;
    const calls = approved.flatMap((call) => this.#beginApproved(call) ?? []);
    this.#rules.countApproved(calls.length);
    const answers: ModelInput[] = [];
    yield* this.#runCalls(calls, answers);
    this.#input = withAnswers(this.#input, calls, answers);
  }

  #beginApproved({ requestId, callId, name, arguments: text }: ApprovedCall): TurnCall | null {
    const call = this.#options.tools.get(name)?.call;
    if (!call) return null;
    this.#toolNames.add(name);
    const approved = { ...call, initial: { ...call.initial, approval_request_id: requestId } };
    return this.#builder.beginApproved({ callId, name, arguments: text, call: approved });
  }

  /** Compacts the context when that is planned. Throws what the model throws, and the signal's reason. */
  async compact(): Promise<ResponseEvent[]> {
    const { model, provider, price, trace, parentSpanId, signal, request } = this.#options;
    if (!request.compaction) return [];
    const { transcript, finish } = request.compaction;
    const { serviceTier, promptCacheKey, safetyIdentifier } = this.#request;
    const settings = { serviceTier, promptCacheKey, safetyIdentifier };
    const summary = await summarise({ model, provider, price, trace, parentSpanId, signal, transcript, settings });
    const { item, input } = finish(summary.text);
    this.#input = input;
    this.#builder.insert(item, summary.usage);
    return this.#builder.take();
  }

  /** The next model call. Throws the signal's reason when it is aborted. */
  startTurn(): ModelCall {
    const { model, provider, price, trace, parentSpanId, signal } = this.#options;
    const { tools, include, response } = this.#options.request;
    signal.throwIfAborted();
    const shownItems = this.#turn ? this.#input.length : 0;
    if (this.#turn) this.#input = [...this.#input, ...this.#turn.transcript, ...this.#answers];
    this.#number += 1;
    this.#answers = [];
    const toolChoice = this.#rules.choiceFor({ first: this.#number === 1, last: this.#isLast() });
    this.#builder.beginTurn(this.#rules.policyFor(toolChoice));
    const request = {
      ...this.#request,
      ...toVendorTools({ tools, include, maxToolCalls: response.max_tool_calls }, toolChoice, this.#options.tools),
      input: this.#input,
      toolChoice,
      maxOutputTokens: this.#tokensLeft(),
    };
    this.#call = new ModelCall({
      model,
      provider,
      price,
      trace,
      parentSpanId,
      request,
      number: this.#number,
      shownItems,
    });
    return this.#call;
  }

  /** The events of what the model said in one upstream read. */
  hear(events: readonly ModelEvent[]): ResponseEvent[] {
    this.#builder.apply(events);
    const batch = this.#builder.take();
    this.#call?.note(events, batch.length > 0);
    return batch;
  }

  /** The model has said everything of this turn. */
  endTurn(): ResponseEvent[] {
    const call = this.#call;
    if (!call) return [];
    const turn = this.#builder.endTurn(call.cutReason !== null);
    this.#turn = turn;
    this.#outputTokens += call.outputTokens;
    for (const name of [...turn.functionCalls, ...turn.calls.map((made) => made.name)]) this.#toolNames.add(name);
    call.end(turn.transcript);
    return this.#builder.take();
  }

  /** Runs what the model called of this server's tools. Throws the signal's reason when it is aborted. */
  async *answerCalls(): AsyncGenerator<ResponseEvent[], void> {
    yield* this.#runCalls(this.#turn?.calls ?? [], this.#answers);
  }

  async *#runCalls(calls: readonly TurnCall[], answers: ModelInput[]): AsyncGenerator<ResponseEvent[], void> {
    if (calls.length === 0) return;
    const { tools, trace, signal, parentSpanId, beforeTool } = this.#options;
    const context = {
      builder: this.#builder,
      tools,
      nextMarker: () => `【${++this.#markers}】`,
      trace,
      parentSpanId,
      signal,
      concurrency: this.#limits.toolConcurrency,
      beforeTool,
    };
    for await (const _ of runCalls(calls, context, answers)) {
      const batch = this.#builder.take();
      if (batch.length > 0) yield batch;
    }
  }

  /** How the response ends after this turn; null when the model is to be called again. */
  endOf(completed: () => Ending): Ending | null {
    const turn = this.#turn;
    const reason = this.#call?.cutReason;
    if (reason) return { status: "incomplete", reason };
    if (!turn || turn.functionCalls.length > 0 || turn.calls.length === 0) return completed();
    if (this.#isLast()) {
      if (turn.spoke) return completed();
      const message = `The model kept calling tools and gave no answer in ${this.#limits.maxTurns} turns.`;
      throw new AppError("provider_error", message);
    }
    return this.#tokensLeft() === 0 ? { status: "incomplete", reason: "max_output_tokens" } : null;
  }

  /** The last events of the stream. */
  end(ending: Ending): ResponseEvent[] {
    if (this.#toolNames.size > 0) this.#options.trace.set({ toolNames: [...this.#toolNames] });
    this.#builder.end(ending);
    return this.#builder.take();
  }

  #isLast(): boolean {
    return this.#number >= this.#limits.maxTurns;
  }

  /** What of `max_output_tokens` is left: the limit holds for the whole response. null without a limit. */
  #tokensLeft(): number | null {
    const limit = this.#options.request.settings.maxOutputTokens;
    return limit === null ? null : Math.max(0, limit - this.#outputTokens);
  }
}

/** The input with the answers in the places that were kept for them; a call without a place comes last, with its answer. */
function withAnswers(
  input: readonly ModelInput[],
  calls: readonly TurnCall[],
  answers: readonly ModelInput[],
): ModelInput[] {
  const left = new Map(answers.flatMap((answer) => (answer.type === "tool_result" ? [[answer.callId, answer]] : [])));
  const filled = input.map((item) => {
    const answer = item.type === "tool_result" ? left.get(item.callId) : undefined;
    if (answer) left.delete(answer.callId);
    return answer ?? item;
  });
  const rest = calls.flatMap((call): ModelInput[] => {
    const { callId, name } = call;
    const answer = left.get(callId);
    return answer ? [{ type: "tool_call", callId, name, arguments: call.argumentsText() }, answer] : [];
  });
  return [...filled, ...rest];
}
