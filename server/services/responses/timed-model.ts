import type { LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";

/** A model that behaves as the one given, and the time spent waiting for it. */
export interface TimedModel {
  model: LanguageModel;
  /** Milliseconds so far, over all calls. */
  waitedMs(): number;
}

/** Measures how long a model is waited for, so that what is left of a request's time is ours. */
export function timeModel(model: LanguageModel): TimedModel {
  let waited = 0;
  const measure = async <T>(promise: Promise<T>): Promise<T> => {
    const from = performance.now();
    try {
      return await promise;
    } finally {
      waited += performance.now() - from;
    }
  };
  const stream = (request: ModelRequest): AsyncIterable<ModelEvent[]> => ({
    [Symbol.asyncIterator]() {
      const inner = model.stream(request)[Symbol.asyncIterator]();
      return {
        next: () => measure(inner.next()),
        return: async (value) => (await inner.return?.(value)) ?? { done: true, value: undefined },
      };
    },
  });
  return { model: { modelId: model.modelId, stream }, waitedMs: () => waited };
}
