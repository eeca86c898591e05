import type { TurnCall } from "#server/engine/builder/turn-call";
import type { ResponseBuilder } from "#server/engine/response-builder";
import { AppError, isAppError } from "#server/errors";
import type { ModelInput } from "#server/providers/provider";
import type { Tool, ToolContext, ToolResult } from "#server/tools/tool";
import type { Span, TraceRecorder } from "#server/tracing/span";

export interface ToolRunOptions {
  builder: ResponseBuilder;
  tools: ReadonlyMap<string, Tool>;
  nextMarker: () => string;
  trace: TraceRecorder;
  parentSpanId: string | undefined;
  signal: AbortSignal;
  /** Calls that run at the same time, at most. */
  concurrency: number;
  beforeTool: (() => Promise<void>) | undefined;
}

type ToolAnswer = Extract<ModelInput, { type: "tool_result" }>;

/**
 * Answers the calls of one turn, `concurrency` of them at a time. Yields whenever the builder has new events.
 * The answers go to `answers`, in the order of the calls. A call that fails is answered with what went wrong.
 * Throws the signal's reason when it is aborted, also while a tool does not listen to it.
 */
export async function* runCalls(
  calls: readonly TurnCall[],
  options: ToolRunOptions,
  answers: ModelInput[],
): AsyncGenerator<void> {
  const results: ToolAnswer[] = [];
  const running = new Set<Promise<void>>();
  const aborted = abortOf(options.signal);
  let next = 0;
  try {
    while (next < calls.length || running.size > 0) {
      options.signal.throwIfAborted();
      for (; running.size < options.concurrency; next += 1) {
        const call = calls[next];
        if (!call) break;
        const place = next;
        const run: Promise<void> = answerCall(call, options).then((answer) => {
          results[place] = answer;
          running.delete(run);
        });
        running.add(run);
      }
      // Taken before the yield: one that ends while the consumer holds it counts as news too.
      const waited = [...running, options.builder.stage.news()];
      yield;
      await Promise.race([...waited, aborted.promise]);
    }
    yield;
  } finally {
    aborted.forget();
  }
  answers.push(...results);
}

async function answerCall(call: TurnCall, options: ToolRunOptions): Promise<ToolAnswer> {
  const tool = options.tools.get(call.name);
  if (call.refusal !== null || !tool) return answer(call, call.refusal ?? "Unknown tool.", true);
  const { builder, trace, parentSpanId } = options;
  const span = trace.startSpan({
    name: `tool ${call.name}`,
    kind: "tool",
    ...(parentSpanId === undefined ? {} : { parentId: parentSpanId }),
    attributes: { tool: call.name, callId: call.callId, ...savedToolOf(tool) },
  });
  span.content({ arguments: call.argumentsText() });
  try {
    await options.beforeTool?.();
    const result = await runTool(tool, { call, options, span });
    const failed = result.failed ?? false;
    if (tool.cites !== false) builder.citables.addSources(result.sources);
    builder.citables.addFiles(result.files ?? []);
    builder.finishCall(call, { status: failed ? "failed" : "completed", fields: result.item });
    span.content({ result: result.output });
    span.end(failed ? { status: "error" } : undefined);
    return answer(call, failed ? `The tool failed: ${result.output}` : result.output, failed);
  } catch (error) {
    if (options.signal.aborted) {
      span.end({ status: "cancelled" });
      return answer(call, "The tool was stopped.", true);
    }
    if (tool.cites !== false) builder.citables.addSources([]);
    const failure = toToolError(error);
    builder.finishCall(call, { status: "failed", fields: tool.failure?.(failure.message) ?? {} });
    span.end({ status: "error", error: { code: failure.code, message: failure.message } });
    return answer(call, `The tool failed: ${failure.message}`, true);
  }
}

function savedToolOf({ savedToolId }: Tool): { savedToolId?: string } {
  return savedToolId === undefined ? {} : { savedToolId };
}

interface ToolRun {
  call: TurnCall;
  options: ToolRunOptions;
  span: Span;
}

function runTool(tool: Tool, { call, options, span }: ToolRun): Promise<ToolResult> {
  call.writer?.tellArguments(call.argumentsText());
  const input = parseArguments(tool, call.argumentsText());
  call.writer?.start(tool.opened?.(input) ?? {});
  options.builder.stage.tell();
  const context: ToolContext = {
    signal: options.signal,
    callId: call.callId,
    ...(call.writer ? { itemId: call.writer.id } : {}),
    spanId: span.id,
    stage: options.builder.stage,
    nextMarker: options.nextMarker,
    record: (attributes) => span.content(attributes),
    tell(name, fields) {
      call.writer?.tell(name, fields);
      options.builder.stage.tell();
    },
  };
  return tool.run(input, context);
}

function parseArguments(tool: Tool, text: string): unknown {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new AppError("invalid_json", "its arguments are not valid JSON.");
  }
  const parsed = tool.inputSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "arguments"}: ${issue.message}`);
  throw new AppError("invalid_value", `its arguments do not fit: ${faults.join("; ")}`);
}

/** What of an error the model may read: our own words, never a stranger's. */
function toToolError(error: unknown): AppError {
  return isAppError(error) ? error : new AppError("internal_error", "an internal error occurred.", { cause: error });
}

function answer(call: TurnCall, text: string, isError: boolean): ToolAnswer {
  return { type: "tool_result", callId: call.callId, name: call.name, output: [{ type: "text", text }], isError };
}

/** A promise that rejects with the signal's reason, and the way to let go of the signal again. */
function abortOf(signal: AbortSignal): { promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return { promise, forget: () => signal.removeEventListener("abort", onAbort) };
}
