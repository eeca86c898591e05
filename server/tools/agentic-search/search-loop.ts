import { isAppError } from "#server/errors";
import type { AttributeFilter } from "#server/protocol/attribute-filter";
import type { ModelInput, ModelUsage } from "#server/providers/provider";
import type { SearchHit } from "#server/retrieval/search/search-hit";
import { FoundPassages } from "#server/tools/agentic-search/found-passages";
import { readStep, type SearchStep, STEP_INSTRUCTIONS } from "#server/tools/agentic-search/search-step";
import { toSearchResult } from "#server/tools/file-search/search-result";
import type { ToolContext } from "#server/tools/tool";

type CallContext = Pick<ToolContext, "signal" | "spanId">;

export interface SearchLoopOptions {
  /** Searches the stores this tool was given, by its own filter and this one; best first. */
  search(question: { queries: string[]; filter: AttributeFilter | null }, call: CallContext): Promise<SearchHit[]>;
  /** What stands around a passage in its file, in order. */
  readAround(hit: SearchHit, call: CallContext): Promise<SearchHit[]>;
  /** Asks the model for its next step. `shownItems`: how much of the input it has seen before. */
  decide(
    input: ModelInput[],
    step: { instructions: string; number: number; shownItems: number },
    call: CallContext,
  ): Promise<{ text: string; usage: ModelUsage | null }>;
  maxResults: number;
  maxIterations: number;
  /** Of all decisions together. */
  maxTokens: number;
}

/** Why a search ended. `model`: it had enough. */
export type StopCause = "model" | "max_iterations" | "max_tokens" | "repetition" | "unreadable" | "model_failed";

export interface SearchReport {
  hits: SearchHit[];
  cause: StopCause;
  reason: string;
  iterations: number;
  tokens: number;
  steps: (SearchStep & { found: number; fresh: number })[];
}

/** Faults in a row, and repetitions altogether, after which a search ends. */
const MAX_FAULTS = 3;
const MAX_REPEATS = 2;
const CHARACTERS_PER_TOKEN = 4;

const REASONS: Record<Exclude<StopCause, "model">, string> = {
  max_iterations: "The limit of iterations was reached.",
  max_tokens: "The limit of tokens was reached.",
  repetition: "The search began to repeat itself.",
  unreadable: "The model's decisions could not be read.",
  model_failed: "The model that decides about the next step failed.",
};

function say(role: "user" | "assistant", text: string): ModelInput {
  return { type: "message", role, content: [{ type: "text", text }] };
}

/** Steps with the same key would find the same. */
function keyOf(step: Exclude<SearchStep, { action: "stop" }>): string {
  return JSON.stringify(step.action === "read" ? step.passage : [step.queries, step.filter ?? null]);
}

/** One search that goes on, step by step, until its model or a bound ends it. */
export class SearchLoop {
  readonly #options: SearchLoopOptions;
  readonly #context: ToolContext;
  readonly #passages = new FoundPassages();
  readonly #asked = new Set<string>();
  readonly #steps: SearchReport["steps"] = [];
  readonly #input: ModelInput[] = [];
  #tokens = 0;
  #iterations = 0;
  #faults = 0;
  #repeats = 0;

  constructor(options: SearchLoopOptions, context: ToolContext) {
    this.#options = options;
    this.#context = context;
  }

  /**
   * Searches the question, then whatever the model decides.
   * @throws what a search throws; the signal's reason when it is aborted
   */
  async run(question: string): Promise<SearchReport> {
    const first: SearchStep = { action: "search", queries: [question] };
    const found = await this.#take(first);
    this.#input.push(say("user", `Question: ${question}\n\n${found}`));
    while (this.#iterations < this.#options.maxIterations) {
      if (this.#tokens >= this.#options.maxTokens) return this.#report("max_tokens");
      this.#iterations += 1;
      const written = await this.#decide();
      if (written === null) return this.#report("model_failed");
      const { step = null, fault = "" } = readStep(written);
      if (step?.action === "stop") {
        this.#steps.push({ ...step, found: 0, fresh: 0 });
        return this.#report("model", step);
      }
      this.#faults = step ? 0 : this.#faults + 1;
      if (this.#faults >= MAX_FAULTS) return this.#report("unreadable");
      const news = step ? await this.#take(step) : `${fault} Answer with one of the three actions.`;
      if (this.#repeats >= MAX_REPEATS) return this.#report("repetition");
      const left = this.#options.maxIterations - this.#iterations;
      this.#input.push(say("assistant", written), say("user", `${news}\n\nSteps left: ${left}.`));
    }
    return this.#report("max_iterations");
  }

  /** What the model writes; null when it fails, since what was found so far is still worth something. */
  async #decide(): Promise<string | null> {
    const { stage, signal } = this.#context;
    const shownItems = Math.max(0, this.#input.length - 2);
    try {
      const number = this.#iterations;
      const answer = await this.#options.decide(
        this.#input,
        { instructions: STEP_INSTRUCTIONS, number, shownItems },
        this.#context,
      );
      if (answer.usage) stage.usage(answer.usage);
      const { usage, text } = answer;
      this.#tokens += usage ? usage.inputTokens + usage.outputTokens : this.#estimate(text);
      return text;
    } catch (error) {
      signal.throwIfAborted();
      if (!isAppError(error)) throw error;
      this.#context.record({ modelFailed: error.code });
      return null;
    }
  }

  #estimate(text: string): number {
    return Math.ceil((JSON.stringify(this.#input).length + text.length) / CHARACTERS_PER_TOKEN);
  }

  #take(step: Exclude<SearchStep, { action: "stop" }>): Promise<string> | string {
    const key = keyOf(step);
    if (this.#asked.has(key)) {
      this.#repeats += 1;
      return "You have done that already.";
    }
    this.#asked.add(key);
    return step.action === "search" ? this.#search(step) : this.#read(step);
  }

  async #search(step: Extract<SearchStep, { action: "search" }>): Promise<string> {
    const { queries, filter = null } = step;
    const shown = this.#context.stage.search(queries);
    try {
      const hits = await this.#options.search({ queries, filter }, this.#context);
      shown.done(hits.map(toSearchResult));
      const { text, fresh } = this.#passages.add(hits);
      this.#steps.push({ ...step, found: hits.length, fresh });
      return text;
    } catch (error) {
      shown.failed();
      throw error;
    }
  }

  async #read(step: Extract<SearchStep, { action: "read" }>): Promise<string> {
    const hit = this.#passages.at(step.passage);
    if (!hit) return `There is no passage ${step.passage}.`;
    const around = await this.#options.readAround(hit, this.#context);
    const { text, fresh } = this.#passages.add(around);
    this.#steps.push({ ...step, found: around.length, fresh });
    return text;
  }

  #report(cause: StopCause, stop?: Extract<SearchStep, { action: "stop" }>): SearchReport {
    const reason = cause === "model" ? stop?.reason || "The model had enough." : REASONS[cause];
    return {
      hits: this.#passages.choose(stop?.passages ?? [], this.#options.maxResults),
      cause,
      reason,
      iterations: this.#iterations,
      tokens: this.#tokens,
      steps: this.#steps,
    };
  }
}
