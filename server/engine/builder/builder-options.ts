import type { ResponseResource } from "#server/protocol/response";

/** Makes what a vendor wants back unreadable for clients. `kind`: whose it is. */
export type SealReasoning = (plain: string, kind: string) => string;

export interface BuilderOptions {
  /** The response at its start: ids, limits and echoed settings. */
  response: ResponseResource;
  /** Show raw reasoning as a summary: the caller asked for summaries. */
  reasoningAsSummary: boolean;
  /** False: logprobs that a vendor sends unasked are left out. */
  logprobs: boolean;
  sealReasoning: SealReasoning;
  /** Call ids that earlier items of the conversation use. */
  usedCallIds?: Iterable<string>;
}
