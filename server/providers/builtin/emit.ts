import { estimateTokens, piecesOf } from "#server/providers/builtin/pieces";
import type { FinishReason, ModelEvent, ModelInput, ModelRequest } from "#server/providers/provider";

/** One thing a built-in model says. The whole reply is planned before the first event. */
export type PlannedPart =
  | { type: "summary"; text: string }
  | { type: "text"; text: string }
  | { type: "call"; callId: string; name: string; arguments: string };

const PIECES_PER_DELTA = 4;

function contentLength(content: { type: string; text?: string }[]): number {
  return content.reduce((sum, part) => sum + (part.text?.length ?? 0), 0);
}

function inputLength(item: ModelInput): number {
  switch (item.type) {
    case "message":
      return contentLength(item.content);
    case "reasoning":
      return item.text.length + item.summary.join("").length;
    case "tool_call":
      return item.name.length + item.arguments.length;
    case "tool_result":
      return contentLength(item.output);
    case "vendor_item":
      return 0;
  }
}

function countInput(request: ModelRequest): number {
  const tools = request.tools.reduce((sum, tool) => sum + tool.name.length + (tool.description?.length ?? 0) + 40, 0);
  const items = request.input.reduce((sum, item) => sum + inputLength(item) + 8, 0);
  return estimateTokens(tools + items + (request.instructions?.length ?? 0));
}

/** What is left of the caller's token limit while a reply is spoken. */
class Budget {
  spent = 0;
  readonly limit: number;

  constructor(limit: number | null) {
    this.limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** The leading pieces that still fit; they count as spent. */
  take(pieces: string[]): string[] {
    const fitting = pieces.slice(0, Math.max(0, this.limit - this.spent));
    this.spent += fitting.length;
    return fitting;
  }
}

/** The parts up to the first of the caller's stop texts, which is not said itself. */
function cutAtStop(parts: PlannedPart[], stop: string[] | null): PlannedPart[] {
  if (stop === null) return parts;
  const kept: PlannedPart[] = [];
  for (const part of parts) {
    const places = part.type === "text" ? stop.map((text) => part.text.indexOf(text)).filter((at) => at >= 0) : [];
    if (part.type !== "text" || places.length === 0) {
      kept.push(part);
      continue;
    }
    kept.push({ type: "text", text: part.text.slice(0, Math.min(...places)) });
    break;
  }
  return kept;
}

function deltaOf(part: PlannedPart, text: string): ModelEvent {
  if (part.type === "summary") return { type: "reasoning_summary", text, part: 0 };
  if (part.type === "text") return { type: "text", text };
  return { type: "tool_call_arguments", callId: part.callId, delta: text };
}

/**
 * Streams a planned reply in several deltas, one array each, and ends with usage and finish.
 * Ends before a stop text, and at `maxOutputTokens` with the reason of that name; a call cut off there gets no `tool_call_done`.
 */
export async function* emitReply(request: ModelRequest, planned: PlannedPart[]): AsyncGenerator<ModelEvent[]> {
  const parts = cutAtStop(planned, request.stop);
  const budget = new Budget(request.maxOutputTokens);
  let reasoningTokens = 0;
  let reason: FinishReason = parts.some((part) => part.type === "call") ? "tool_calls" : "stop";
  for (const part of parts) {
    const pieces = piecesOf(part.type === "call" ? part.arguments : part.text);
    const fitting = budget.take(pieces);
    if (part.type === "call" && (fitting.length > 0 || pieces.length === 0)) {
      yield [{ type: "tool_call", callId: part.callId, name: part.name }];
    }
    for (let start = 0; start < fitting.length; start += PIECES_PER_DELTA) {
      // Lets the consumer's writes leave, so that a reply really arrives in parts.
      await new Promise(setImmediate);
      request.signal.throwIfAborted();
      yield [deltaOf(part, fitting.slice(start, start + PIECES_PER_DELTA).join(""))];
    }
    if (part.type === "summary") reasoningTokens += fitting.length;
    if (fitting.length < pieces.length) {
      reason = "max_output_tokens";
      break;
    }
    if (part.type === "call") yield [{ type: "tool_call_done", callId: part.callId }];
  }
  const usage = { inputTokens: countInput(request), cachedTokens: 0, outputTokens: budget.spent, reasoningTokens };
  yield [
    { type: "usage", usage },
    { type: "finish", reason },
  ];
}
