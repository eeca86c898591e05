import type { LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";

/** A model that behaves as the one given, and the time spent waiting for it. */
export interface TimedModel {
  model: LanguageModel;
  /** Milliseconds so far, over all calls. */
  waitedMs(): number;
  /** 1, and one more for each try so far that failed, over all calls. */
  attempts(): number;
}

/** Measures how long a model is waited for, so that what is left of a request's time is ours; counts failed tries. */
export function timeModel(model: LanguageModel): TimedModel {
  let waited = 0;
  let since: number | null = null;
  let failures = 0;
  const counting = (request: ModelRequest): ModelRequest => ({
    ...request,
    onAttempt: (attempt) => {
      if (attempt.error !== null) failures += 1;
      request.onAttempt?.(attempt);
    },
  });
  const measure = async <T>(promise: Promise<T>): Promise<T> => {
    const from = performance.now();
    since = from;
    try {
      return await promise;
    } finally {
      waited += performance.now() - from;
      since = null;
    }
  };
  const stream = (request: ModelRequest): AsyncIterable<ModelEvent[]> => ({
    [Symbol.asyncIterator]() {
      const inner = model.stream(counting(request))[Symbol.asyncIterator]();
      return {
        next: () => measure(inner.next()),
        return: async (value) => (await inner.return?.(value)) ?? { done: true, value: undefined },
      };
    },
  });
  const { modelId } = model;
  return {
    model: {
      modelId,
      stream,
      get tellsSettings() {
        return model.tellsSettings ?? false;
      },
    },
    waitedMs: () => waited + (since === null ? 0 : performance.now() - since),
    attempts: () => 1 + failures,
  };
}
