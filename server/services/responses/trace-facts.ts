import { type AppError, statusOf } from "#server/errors";
import type { Item } from "#server/protocol/items";
import { outputTextOf, type ResponseResource, type Usage } from "#server/protocol/response";
import type { RequestTool } from "#server/protocol/tools";
import type { ModelUsage } from "#server/providers/provider";
import { isCallOutput } from "#server/services/responses/pair-calls";
import type { TraceRecorder } from "#server/tracing/span";

const PREVIEW_LENGTH = 200;

/** A text in short, on one line. */
export function previewOfText(text: string): string {
  const flat = text
    .slice(0, PREVIEW_LENGTH * 2)
    .replaceAll(/\s{2,}|[^\S ]/g, " ")
    .trim();
  return flat.length > PREVIEW_LENGTH ? `${flat.slice(0, PREVIEW_LENGTH)}…` : flat;
}

/** The text that an item says; empty where it says none. */
export function textOf(item: Item): string {
  if (item.type === "message") return item.content.map((part) => ("text" in part ? part.text : "")).join(" ");
  return isCallOutput(item) && typeof item.output === "string" ? item.output : "";
}

/** What the caller said last, in short. */
export function previewOfInput(items: readonly Item[]): string {
  const last = items.findLast((item) => item.type === "message" && item.role === "user") ?? items.at(-1);
  return last ? previewOfText(textOf(last)) : "";
}

/** The vector stores a request may search. */
export function searchedStores(tools: readonly RequestTool[]): string[] {
  return [
    ...new Set(
      tools.flatMap((tool) =>
        tool.type === "file_search" || tool.type === "agentic_search" ? tool.vector_store_ids : [],
      ),
    ),
  ];
}

/** A response's tokens as prices are asked for. */
export function toModelUsage(usage: Usage): ModelUsage {
  return {
    inputTokens: usage.input_tokens,
    cachedTokens: usage.input_tokens_details.cached_tokens,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.output_tokens_details.reasoning_tokens,
  };
}

export interface TraceEnd {
  trace: TraceRecorder;
  response: ResponseResource;
  /** What failed the response, if anything did. */
  error: AppError | null;
  streamed: boolean;
  /** US dollars of the usage; null when unpriced. */
  price(usage: ModelUsage): number | null;
}

function httpStatusOf(response: ResponseResource, error: AppError | null): number {
  if (response.status === "cancelled") return statusOf("cancelled");
  return error ? statusOf(error.code) : 200;
}

/** Puts a finished response's facts and content on its trace and ends it. */
export function endResponseTrace({ trace, response, error, streamed, price }: TraceEnd): void {
  if (response.usage) {
    const usage = toModelUsage(response.usage);
    trace.set({ ...usage, costUsd: price(usage) });
  }
  const failed = response.status === "failed";
  trace.set({
    outputPreview: previewOfText(outputTextOf(response.output)),
    httpStatus: httpStatusOf(response, streamed ? null : error),
  });
  const { output, ...rest } = response;
  trace.content({ output, response: rest });
  if (failed) {
    const { code, message } = response.error ?? { code: "internal_error", message: "" };
    trace.end({ status: "error", error: { code, message } });
  } else trace.end({ status: response.status === "cancelled" ? "cancelled" : "ok" });
}
