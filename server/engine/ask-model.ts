import { ModelCall } from "#server/engine/model-call";
import type { LanguageModel, ModelInput, ModelRequest, ModelUsage } from "#server/providers/provider";
import type { TraceRecorder } from "#server/tracing/span";

/** Who is asked, and under which span the call stands. */
export interface AskedModel {
  model: LanguageModel;
  provider: string;
  trace: TraceRecorder;
  /** The span under which the call's own span stands; the root when absent. */
  parentSpanId?: string | undefined;
  price?: ((usage: ModelUsage) => number | null) | undefined;
  signal: AbortSignal;
}

export interface ModelTask {
  /** Which of the server's own tasks it is: the built-in models know them by name, others by the instructions. */
  task: NonNullable<ModelRequest["task"]>;
  instructions: string;
  input: ModelInput[];
  maxOutputTokens?: number;
  settings?: Partial<Pick<ModelRequest, "serviceTier" | "promptCacheKey" | "safetyIdentifier" | "passed">>;
  /** 0, when absent: no call of a response's own. */
  number?: number;
  /** Items at the start of the input that an earlier call's span shows already. */
  shownItems?: number;
}

export interface ModelAnswer {
  text: string;
  /** null when the model does not tell. */
  usage: ModelUsage | null;
}

const UNSAID = {
  ...{ verbosity: null, temperature: null, topP: null, topLogprobs: null },
  ...{ presencePenalty: null, frequencyPenalty: null, stop: null, seed: null, logitBias: null, reasoning: null },
  ...{ serviceTier: null, promptCacheKey: null, safetyIdentifier: null },
};

function requestOf(task: ModelTask, signal: AbortSignal): Omit<ModelRequest, "onAttempt"> {
  return {
    ...UNSAID,
    ...task.settings,
    task: task.task,
    input: task.input,
    instructions: task.instructions,
    tools: [],
    toolChoice: { type: "none" },
    parallelToolCalls: true,
    format: { type: "text" },
    maxOutputTokens: task.maxOutputTokens ?? null,
    signal,
  };
}

/**
 * Gives a model one of the server's own tasks and returns what it writes, trimmed; empty when it says nothing.
 * @throws what the vendor's adapter throws; the signal's reason when it is aborted
 */
export async function askModel(asked: AskedModel, task: ModelTask): Promise<ModelAnswer> {
  const { model, provider, trace, parentSpanId, price, signal } = asked;
  signal.throwIfAborted();
  const request = requestOf(task, signal);
  const { number = 0, shownItems = 0 } = task;
  const call = new ModelCall({ model, provider, trace, parentSpanId, price, request, number, shownItems });
  const pieces: string[] = [];
  let usage: ModelUsage | null = null;
  try {
    for await (const events of call.stream()) {
      for (const event of events) {
        if (event.type === "text") pieces.push(event.text);
        else if (event.type === "usage") usage = event.usage;
      }
      call.note(events, pieces.length > 0);
    }
  } catch (error) {
    call.broke(error);
  }
  const text = pieces.join("").trim();
  call.end([{ type: "message", role: "assistant", content: [{ type: "text", text }] }]);
  return { text, usage };
}
