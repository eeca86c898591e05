import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { Connection, FinishReason, ModelEvent, ModelRequest, ModelUsage } from "#server/providers/provider";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";
import { toStreamError } from "#server/providers/shared/upstream-error";

/**
 * What Cohere's Chat API (v2) can say and the AI SDK's package cannot. Sources: Cohere's "Chat with streaming"
 * reference, and the types of its own package `cohere-ai`.
 */

const REASONS: Record<string, FinishReason> = { MAX_TOKENS: "max_output_tokens", TOOL_CALL: "tool_calls" };
const FAILURES: Record<string, number> = { ERROR: 502, TIMEOUT: 504 };

function readUsage(value: unknown): ModelUsage | null {
  const usage = objectOf(value);
  const tokens = objectOf(usage?.tokens) ?? objectOf(usage?.billed_units);
  if (!tokens) return null;
  return {
    inputTokens: numberOf(tokens.input_tokens) ?? 0,
    cachedTokens: numberOf(usage?.cached_tokens) ?? 0,
    outputTokens: numberOf(tokens.output_tokens) ?? 0,
    reasoningTokens: 0,
  };
}

function readEnd(delta: JsonObject | null, connection: Connection): ModelEvent[] {
  const reason = stringOf(delta?.finish_reason);
  // A stream that says that it ends but not why is left to the package, which calls it broken.
  if (reason === null) return [];
  const status = FAILURES[reason];
  if (status !== undefined) {
    const message = stringOf(delta?.error) ?? `The answer ended with the reason ${reason}.`;
    throw toStreamError({ message, code: status }, connection);
  }
  const usage = readUsage(delta?.usage);
  return [...(usage ? [{ type: "usage", usage } as const] : []), { type: "finish", reason: REASONS[reason] ?? "stop" }];
}

/**
 * Events of the stream that the package drops or half reads: the plan before tool calls, which is reasoning, and the
 * end, with its error, its cached tokens, and without usage.
 */
export function readCohereEvent(value: unknown, connection: Connection): ModelEvent[] {
  const event = objectOf(value);
  const delta = objectOf(event?.delta);
  if (event?.type === "message-end") return readEnd(delta, connection);
  if (event?.type !== "tool-plan-delta") return [];
  const text = stringOf(objectOf(delta?.message)?.tool_plan) ?? "";
  return text === "" ? [] : [{ type: "reasoning", text }];
}

/** What the assistant thought and said before its calls: the package sends none of it. */
function planOf(message: Extract<LanguageModelV4Message, { role: "assistant" }>): string {
  return message.content
    .map((part) => (part.type === "text" || part.type === "reasoning" ? part.text : ""))
    .filter((text) => text !== "")
    .join("\n");
}

/** Cohere holds all tools to their schemas or none, and refuses to where one takes nothing. */
function areStrict({ tools }: ModelRequest): boolean {
  return tools.length > 0 && tools.every(({ strict, parameters }) => strict && listOf(parameters.required).length > 0);
}

/** Puts plans and strictness into a request. The package makes one message of each of the prompt's assistant messages. */
export function completeCohereBody(
  body: JsonObject,
  request: ModelRequest,
  prompt: LanguageModelV4Message[],
): JsonObject {
  const plans = prompt.flatMap((message) => (message.role === "assistant" ? [planOf(message)] : []));
  const messages = listOf(body.messages).map((entry) => {
    const message = objectOf(entry);
    if (message?.role !== "assistant") return entry;
    const plan = plans.shift() ?? "";
    return message.tool_calls === undefined || plan === "" ? entry : { ...message, tool_plan: plan };
  });
  return { ...body, messages, ...(areStrict(request) ? { strict_tools: true } : {}) };
}
