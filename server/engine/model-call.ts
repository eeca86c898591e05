import { toAppError } from "#server/errors";
import { withoutItemCredentials } from "#server/protocol/additional-tools";
import type { IncompleteReason } from "#server/protocol/response";
import type {
  FinishReason,
  LanguageModel,
  ModelAttempt,
  ModelEvent,
  ModelInput,
  ModelRequest,
  ModelUsage,
  ModelWarning,
} from "#server/providers/provider";
import type { Span, TraceRecorder } from "#server/tracing/span";

export interface ModelCallOptions {
  model: LanguageModel;
  provider: string;
  trace: TraceRecorder;
  parentSpanId: string | undefined;
  request: Omit<ModelRequest, "onAttempt" | "onWarning" | "spanId">;
  /** 1 for the response's first call. */
  number: number;
  /** Items at the start of the input that an earlier call's span shows already. */
  shownItems: number;
  price: ((usage: ModelUsage) => number | null) | undefined;
}

/** What of an input a trace may keep: all but the credentials of tools. */
function traced(entry: ModelInput): ModelInput {
  return entry.type === "vendor_item" ? { ...entry, item: withoutItemCredentials(entry.item) } : entry;
}

/** One call of the model, and its span. */
export class ModelCall {
  readonly #options: ModelCallOptions;
  readonly #span: Span;
  readonly #attempts: ModelAttempt[] = [];
  readonly #warnings: ModelWarning[] = [];
  #finish: FinishReason | null = null;
  #usage: ModelUsage | null = null;

  constructor(options: ModelCallOptions) {
    const { model, provider, trace, parentSpanId, request, number, shownItems } = options;
    this.#options = options;
    this.#span = trace.startSpan({
      name: `model ${model.modelId}`,
      kind: "model",
      ...(parentSpanId === undefined ? {} : { parentId: parentSpanId }),
      attributes: { provider, model: model.modelId, step: number, earlierItems: shownItems },
    });
    if (trace.keepsContent) {
      const { input, instructions, tools, toolChoice } = request;
      const settings = number === 1 ? { instructions, tools } : {};
      this.#span.content({ input: input.slice(shownItems).map(traced), ...settings, toolChoice });
    }
  }

  /** What the model says, one array for each upstream read. Throws what the vendor's adapter throws. */
  stream(): AsyncIterable<ModelEvent[]> {
    const onAttempt = (attempt: ModelAttempt) => void this.#attempts.push(attempt);
    const onWarning = (warning: ModelWarning) => void this.#warnings.push(warning);
    return this.#options.model.stream({ ...this.#options.request, onAttempt, onWarning, spanId: this.#span.id });
  }

  /** Takes note of what was said in one upstream read; `shown` when a client sees something of it. */
  note(events: readonly ModelEvent[], shown: boolean): void {
    if (shown) this.#span.firstToken();
    for (const event of events) {
      if (event.type === "finish") this.#finish = event.reason;
      else if (event.type === "usage") this.#usage = event.usage;
      else if (event.type === "model") {
        this.#span.set({ modelId: event.modelId, ...(event.provider && { provider: event.provider }) });
      }
    }
  }

  /** Why the model was stopped before its end; null when it was not. */
  get cutReason(): IncompleteReason | null {
    return this.#finish === "max_output_tokens" || this.#finish === "content_filter" ? this.#finish : null;
  }

  get outputTokens(): number {
    return this.#usage?.outputTokens ?? 0;
  }

  end(output: readonly ModelInput[]): void {
    this.#describe();
    this.#span.content({ output });
    this.#span.end();
  }

  /** The stream broke. Throws the error again, unless the vendor had already said that it was done. */
  broke(error: unknown): void {
    if (this.#finish !== null) return;
    this.#describe();
    if (this.#options.request.signal.aborted) {
      this.#span.end({ status: "cancelled" });
    } else {
      const { code, message, detail } = toAppError(error);
      this.#span.content({ failure: detail });
      this.#span.end({ status: "error", error: { code, message } });
    }
    throw error;
  }

  #describe(): void {
    const { price } = this.#options;
    const cost = this.#usage && price ? { costUsd: price(this.#usage) } : {};
    const warnings = this.#warnings.length > 0 ? { warnings: this.#warnings } : {};
    this.#span.set({ ...this.#usage, ...cost, ...warnings, finishReason: this.#finish, attempts: this.#attempts });
  }
}
