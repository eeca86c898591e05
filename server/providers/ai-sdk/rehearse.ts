import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { type AppError, isAppError } from "#server/errors";
import type { SdkCall } from "#server/providers/ai-sdk/sdk-model";
import { demandLeftOut, refuseLeftOut } from "#server/providers/ai-sdk/warnings";
import type { ModelQuestion, ModelRequest } from "#server/providers/provider";
import { type Demand, demandsOf } from "#server/providers/shared/demands";

/** What a package makes of these depends on the model; of everything else, on the wire alone. */
const OF_THE_MODEL: ReadonlySet<Demand> = new Set([
  "forcedTools",
  "jsonSchema",
  "jsonObject",
  "presencePenalty",
  "frequencyPenalty",
  "stop",
  "seed",
]);

/** Settings and tools alone: what the conversation says changes nothing of them. */
const INPUT: ModelRequest["input"] = [{ type: "message", role: "user", content: [{ type: "text", text: "…" }] }];

/** Asks the package, with a way out for what it sends. */
type Start = (
  request: ModelRequest,
  send: typeof globalThis.fetch,
) => Promise<ReadableStreamDefaultReader<LanguageModelV4StreamPart>>;

async function silence(): Promise<Response> {
  return new Response("", { headers: { "content-type": "text/event-stream" } });
}

/**
 * How a package would fall short of a request for this model; null when it would not. The package is asked as ever, but
 * nothing goes out: which of a vendor's models takes what is its own knowledge, told only beside an answer.
 */
export async function rehearse(call: SdkCall, question: ModelQuestion, start: Start): Promise<AppError | null> {
  if (!demandsOf(question).some((demand) => OF_THE_MODEL.has(demand))) return null;
  const request: ModelRequest = { ...question, input: INPUT, signal: new AbortController().signal };
  try {
    const reader = await start(request, silence);
    const { value: first } = await reader.read();
    await reader.cancel();
    if (first?.type !== "stream-start") return null;
    const demand = demandLeftOut(first.warnings, question);
    return demand === null ? null : refuseLeftOut(call, demand);
  } catch (error) {
    // Whatever else is wrong with the request, its real call tells.
    return isAppError(error) && error.code === "unsupported_parameter" ? error : null;
  }
}
