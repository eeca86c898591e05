import { toUsage } from "#server/engine/builder/usage";
import type { WireError } from "#server/protocol/error";
import type { OutputItem } from "#server/protocol/items";
import type { IncompleteReason, ResponseResource } from "#server/protocol/response";
import type { ModelUsage } from "#server/providers/provider";

/** How a response ends. `at` is in seconds since the epoch. */
export type Ending =
  | { status: "completed"; at: number }
  | { status: "incomplete"; reason: IncompleteReason }
  | { status: "failed"; error: WireError }
  | { status: "cancelled" };

export interface Outcome {
  /** The response at its start. */
  response: ResponseResource;
  ending: Ending;
  output: OutputItem[];
  /** null when no model call reported any. */
  usage: ModelUsage | null;
}

const NO_USAGE: ModelUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };

/** The response as it stands at its end. A finished one always carries usage, a broken one only what is known. */
export function finishedResponse({ response, ending, output, usage }: Outcome): ResponseResource {
  const finished = ending.status === "completed" || ending.status === "incomplete";
  return {
    ...response,
    status: ending.status,
    completed_at: ending.status === "completed" ? ending.at : null,
    error: ending.status === "failed" ? responseError(ending.error) : null,
    incomplete_details: ending.status === "incomplete" ? { reason: ending.reason } : null,
    output,
    usage: usage || finished ? toUsage(usage ?? NO_USAGE) : null,
  };
}

function responseError(error: WireError): { code: string; message: string } {
  return { code: error.code ?? error.type, message: error.message };
}
