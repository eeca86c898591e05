import type { EngineRequest, PlannedCompaction, RunLimits, RunOptions } from "#server/engine/engine-request";
import { toModelInput } from "#server/engine/model-input";
import { runResponse } from "#server/engine/run-response";
import type { AppError } from "#server/errors";
import { numberEvents, type ResponseEvent } from "#server/protocol/events";
import type { Item } from "#server/protocol/items";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import type { WireEvent } from "#server/protocol/stream-rules";
import type { LanguageModel } from "#server/providers/provider";
import type { Tool } from "#server/tools/tool";
import { silentTrace, type TraceRecorder } from "#server/tracing/span";

export interface EngineScript {
  model: LanguageModel;
  /** The request body; a model and an input are filled in. */
  body?: Record<string, unknown>;
  tools?: Tool[];
  signal?: AbortSignal;
  trace?: TraceRecorder;
  compaction?: PlannedCompaction;
  lists?: EngineRequest["lists"];
  approved?: EngineRequest["approved"];
  /** What the engine is given in place of the body's tools. */
  engine?: Partial<Pick<EngineRequest, "tools" | "toolChoice" | "clientForms">>;
  limits?: Partial<RunLimits>;
  onFailure?: (error: AppError) => void;
  onStart?: RunOptions["onStart"];
  beforeTool?: RunOptions["beforeTool"];
}

/** A run of the engine without a server: the batches of events as it yields them, without numbers. */
export function startEngine(script: EngineScript): AsyncGenerator<ResponseEvent[], void> {
  const request = parseCreateResponse({ model: "scripted", input: "Hello", ...script.body });
  const items = request.input.flatMap((item, index): Item[] =>
    item.type === "item_reference" ? [] : [{ ...item, id: item.id ?? `item_${index}` } as Item],
  );
  return runResponse({
    model: script.model,
    request: {
      response: openResponse({ id: "resp_1", createdAt: 1_700_000_000, model: "scripted", request }),
      input: toModelInput(items),
      settings: {
        verbosity: request.text.verbosity,
        maxOutputTokens: request.maxOutputTokens,
        temperature: request.temperature,
        topP: request.topP,
        presencePenalty: request.presencePenalty,
        frequencyPenalty: request.frequencyPenalty,
        topLogprobs: request.topLogprobs,
        stop: request.stop,
        seed: request.seed,
        logitBias: request.logitBias,
        reasoning: request.reasoning,
        serviceTier: request.serviceTier,
      },
      include: request.include,
      tools: request.tools,
      ...script.engine,
      compaction: script.compaction ?? null,
      ...(script.lists ? { lists: script.lists } : {}),
      ...(script.approved ? { approved: script.approved } : {}),
    },
    tools: new Map((script.tools ?? []).map((tool) => [tool.name, tool])),
    trace: script.trace ?? silentTrace,
    provider: "test",
    sealReasoning: (plain) => plain,
    signal: script.signal ?? new AbortController().signal,
    ...(script.beforeTool ? { beforeTool: script.beforeTool } : {}),
    ...(script.onStart ? { onStart: script.onStart } : {}),
    ...(script.onFailure ? { onFailure: script.onFailure } : {}),
    ...(script.limits ? { limits: script.limits } : {}),
  });
}

/** All events of a run, numbered, in the neutral form. */
export async function runEngine(script: EngineScript): Promise<ResponseEvent[]> {
  const events: ResponseEvent[] = [];
  for await (const batch of startEngine(script)) events.push(...batch);
  numberEvents(events, 0);
  return events;
}

/** Events as a client would parse them. */
export function asWire(events: readonly object[]): WireEvent[] {
  return JSON.parse(JSON.stringify(events)) as WireEvent[];
}
