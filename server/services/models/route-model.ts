import { clock } from "#server/clock";
import { AppError, toAppError } from "#server/errors";
import type {
  LanguageModel,
  ModelAttempt,
  ModelEvent,
  ModelQuestion,
  ModelRequest,
  ModelUsage,
} from "#server/providers/provider";
import type { ModelTarget } from "#server/services/models/choose-target";
import {
  inTurn,
  readBreaker,
  recordFailure,
  recordNothing,
  recordSuccess,
} from "#server/services/models/circuit-breaker";
import { countsAgainst, failureToTell, mayFallBack } from "#server/services/models/fallback-rules";
import type { Span, TraceRecorder } from "#server/tracing/span";

/** One of the models that an alias stands for. */
export interface RouteCandidate extends ModelTarget {
  /** `connection/model`. */
  name: string;
  model: LanguageModel;
  /** Its circuit breaker; null: none is asked or told, since the caller's own key decides what it gets. */
  breaker: string | null;
  /** US dollars of one call's tokens; null when unpriced. */
  price(usage: ModelUsage): number | null;
}

export interface RouteOptions {
  alias: string;
  /** In the order in which they are asked; at least one. */
  candidates: readonly [RouteCandidate, ...RouteCandidate[]];
  trace: TraceRecorder;
  /** Told when another than the first answers. */
  onServing?: (candidate: RouteCandidate) => void;
}

/** A model that asks several in turn until one answers. */
export interface RoutedModel extends LanguageModel {
  /** Who answered last; until then who is asked first. */
  readonly serving: RouteCandidate;
  /** US dollars of all its calls so far, each at the price of who answered it; null when one of them is unpriced. */
  readonly spentUsd: number | null;
  /** Everybody who may be asked, in no particular order. */
  readonly candidates: readonly RouteCandidate[];
}

/** Everything but who speaks and what it costs is something that a client sees. */
function isShown(event: ModelEvent): boolean {
  return event.type !== "model" && event.type !== "in_force" && event.type !== "usage";
}

/** A target that cannot take a request, and how it would refuse it. */
interface Refused {
  candidate: RouteCandidate;
  refusal: AppError;
}

async function refusalBy(
  { model, name }: RouteCandidate,
  question: ModelQuestion,
  signal: AbortSignal,
): Promise<AppError | null> {
  const refusal = await model.refusal?.(question, signal);
  if (refusal || !question.vendorTools || (await model.runsTools?.(signal))) return refusal ?? null;
  const message = `The provider of the model '${name}' runs no tools of its own.`;
  return new AppError("unknown_tool_type", message, { param: "tools", wireCode: "unsupported_value" });
}

/** What became of one attempt, as far as the events it passed on do not say it. */
interface Attempt {
  candidate: RouteCandidate;
  span: Span;
  failure: AppError | null;
}

class Route implements RoutedModel {
  readonly modelId: string;
  spentUsd: number | null = 0;
  readonly #options: RouteOptions;
  #order: readonly RouteCandidate[];
  #serving: RouteCandidate;

  constructor(options: RouteOptions) {
    this.#options = options;
    this.modelId = options.alias;
    this.#order = options.candidates;
    this.#serving = options.candidates[0];
  }

  get candidates(): readonly RouteCandidate[] {
    return this.#order;
  }

  get serving(): RouteCandidate {
    return this.#serving;
  }

  get tellsSettings(): boolean {
    return this.#order.every(({ model }) => model.tellsSettings);
  }

  /** One that does is enough: the others are not asked for what they cannot do. */
  async runsTools(signal: AbortSignal): Promise<boolean> {
    const answers = await Promise.all(this.#order.map(({ model }) => model.runsTools?.(signal) ?? false));
    return answers.some(Boolean);
  }

  /** Refused only by all of them: then as the first would. */
  async refusal(question: ModelQuestion, signal: AbortSignal): Promise<AppError | null> {
    const { able, refused } = await this.#sift(question, signal);
    return able.length > 0 ? null : (refused[0]?.refusal ?? null);
  }

  async *stream(request: ModelRequest): AsyncGenerator<ModelEvent[], void> {
    const { able, refused } = await this.#sift(request, request.signal);
    for (const skipped of refused) this.#skip(skipped, request);
    const failures: AppError[] = [];
    for (const candidate of inTurn(able)) {
      const isLast = failures.length === able.length - 1;
      const attempt = this.#begin(candidate, request, failures.length + 1);
      // While somebody else can be asked, nobody is waited for twice.
      const limits = isLast ? {} : { maxAttempts: 1 };
      yield* this.#ask(attempt, { ...request, ...limits });
      if (!attempt.failure) return;
      failures.push(attempt.failure);
    }
    throw failureToTell(failures) ?? refused[0]?.refusal ?? new Error("An alias without targets was asked.");
  }

  /** Who can take a request, and who cannot. */
  async #sift(question: ModelQuestion, signal: AbortSignal): Promise<{ able: RouteCandidate[]; refused: Refused[] }> {
    const refusals = await Promise.all(this.#order.map((candidate) => refusalBy(candidate, question, signal)));
    const sifted: { able: RouteCandidate[]; refused: Refused[] } = { able: [], refused: [] };
    for (const [index, candidate] of this.#order.entries()) {
      const refusal = refusals[index];
      if (refusal) sifted.refused.push({ candidate, refusal });
      else sifted.able.push(candidate);
    }
    return sifted;
  }

  /** A target that is not asked, since it cannot take the request: the trace says why. */
  #skip({ candidate, refusal }: Refused, { spanId }: ModelRequest): void {
    const { code, message, param } = refusal;
    const span = this.#options.trace.startSpan({
      name: `skip ${candidate.name}`,
      kind: "model",
      ...(spanId === undefined ? {} : { parentId: spanId }),
      attributes: { alias: this.modelId, provider: candidate.connection.name, model: candidate.modelId, param },
    });
    span.end({ status: "cancelled", error: { code, message } });
  }

  #begin(candidate: RouteCandidate, request: ModelRequest, number: number): Attempt {
    const span = this.#options.trace.startSpan({
      name: `attempt ${candidate.name}`,
      kind: "model",
      ...(request.spanId === undefined ? {} : { parentId: request.spanId }),
      attributes: {
        alias: this.modelId,
        provider: candidate.connection.name,
        model: candidate.modelId,
        attempt: number,
        breaker: candidate.breaker === null ? null : readBreaker(candidate.breaker).state,
      },
    });
    return { candidate, span, failure: null };
  }

  /**
   * Asks one target and passes on what it says. Leaves `failure` set when it failed before anything was shown and
   * another may be asked; throws every other failure.
   */
  async *#ask(attempt: Attempt, request: ModelRequest): AsyncGenerator<ModelEvent[], void> {
    const { candidate, span } = attempt;
    const notes = new AttemptNotes(candidate, request);
    let held: ModelEvent[] | null = [
      { type: "model", modelId: candidate.modelId, provider: candidate.connection.name },
    ];
    let ended = false;
    try {
      for await (const events of candidate.model.stream(notes.request)) {
        notes.note(events);
        if (held) {
          held.push(...events);
          if (!events.some(isShown)) continue;
          span.firstToken();
          this.#serve(candidate);
          yield held;
          held = null;
        } else yield events;
      }
      ended = true;
      this.#settle(attempt, notes);
      if (held) {
        this.#serve(candidate);
        yield held;
      }
    } catch (error) {
      ended = true;
      if (request.signal.aborted) this.#abandon(attempt);
      else this.#fail(attempt, notes, toAppError(error));
      if (!held || request.signal.aborted || !attempt.failure || !mayFallBack(attempt.failure)) throw error;
    } finally {
      if (!ended) this.#abandon(attempt);
    }
  }

  /** From now on this one is asked first: what it remembers of the response, others do not. */
  #serve(candidate: RouteCandidate): void {
    if (candidate.breaker !== null && readBreaker(candidate.breaker).state !== "closed")
      recordSuccess(candidate.breaker);
    this.#order = [candidate, ...this.#order.filter((other) => other !== candidate)];
    if (candidate === this.#serving) return;
    this.#serving = candidate;
    this.#options.onServing?.(candidate);
  }

  #settle({ candidate, span }: Attempt, notes: AttemptNotes): void {
    if (candidate.breaker !== null) recordSuccess(candidate.breaker);
    const cost = notes.usage ? candidate.price(notes.usage) : 0;
    this.spentUsd = this.spentUsd === null || cost === null ? null : this.spentUsd + cost;
    span.end();
  }

  #fail(attempt: Attempt, notes: AttemptNotes, failure: AppError): void {
    const { candidate, span } = attempt;
    // Some vendors break the connection after their last word.
    if (notes.finished) {
      this.#settle(attempt, notes);
      return;
    }
    notes.report(failure);
    attempt.failure = failure;
    if (candidate.breaker !== null) (countsAgainst(failure) ? recordFailure : recordNothing)(candidate.breaker);
    span.end({ status: "error", error: { code: failure.code, message: failure.message } });
  }

  #abandon({ candidate, span }: Attempt): void {
    if (candidate.breaker !== null) recordNothing(candidate.breaker);
    span.end({ status: "cancelled" });
  }
}

/** What is heard of one attempt: usage, end, and the tries at the vendor's server. */
class AttemptNotes {
  usage: ModelUsage | null = null;
  finished = false;
  readonly request: ModelRequest;
  readonly #startedAt = clock().now();
  readonly #report: (attempt: ModelAttempt) => void;
  #reported = false;

  constructor(candidate: RouteCandidate, request: ModelRequest) {
    this.#report = (attempt) => {
      this.#reported ||= attempt.error !== null;
      request.onAttempt?.({ ...attempt, target: candidate.name });
    };
    this.request = { ...request, onAttempt: this.#report };
  }

  note(events: readonly ModelEvent[]): void {
    for (const event of events) {
      if (event.type === "usage") this.usage = event.usage;
      else if (event.type === "finish") this.finished = true;
    }
  }

  /** A failure that the adapter did not report as a try: every failed attempt counts once at least. */
  report(failure: AppError): void {
    if (this.#reported) return;
    const durationMs = clock().now() - this.#startedAt;
    this.#report({ attempt: 1, startedAt: this.#startedAt, durationMs, status: null, error: failure.message });
  }
}

/**
 * A model over the targets of an alias, for one response: asks them in turn until one says its first word, after which
 * there is no way back. Targets that cannot take the request are passed over. Falls back by {@link mayFallBack}; each attempt is a span under `request.spanId`. Who answered
 * the first call is asked first by the later ones. When all fail it throws the failure that another try may mend.
 */
export function routeModel(options: RouteOptions): RoutedModel {
  return new Route(options);
}
