import type { ResponseResource } from "#server/protocol/response";

export interface BuilderOptions {
  /** The response at its start: ids, limits and echoed settings. */
  response: ResponseResource;
  /** Show raw reasoning as a summary: the caller asked for summaries. */
  reasoningAsSummary: boolean;
  /** False: logprobs that a vendor sends unasked are left out. */
  logprobs: boolean;
  /** Call ids that earlier items of the conversation use. */
  usedCallIds?: Iterable<string>;
}
