import { AppError, type ErrorCode } from "#server/errors";
import type { ModelEvent, ModelUsage } from "#server/providers/provider";
import { type RouteCandidate, type RoutedModel, routeModel } from "#server/services/models/route-model";
import { type SpanEnd, type SpanStart, silentTrace, type TraceRecorder } from "#server/tracing/span";
import { collectEvents, modelRequest, testConnection } from "#tests/support/model-request";
import { type ScriptedModel, type ScriptedTurn, scriptedModel } from "#tests/support/scripted-model";

/** A turn that fails before its first word. */
export function failing(code: ErrorCode, status: number | null = null): ScriptedTurn {
  // An empty read says nothing.
  return async function* () {
    yield [];
    throw new AppError(code, `${code} ${status ?? ""}`.trim(), { detail: { status } });
  };
}

/** A target of an alias, with a script. */
export interface Target extends RouteCandidate {
  model: ScriptedModel;
}

/** The model `name/m`, with a breaker of its own, that says what the turns say. */
export function target(name: string, ...turns: ScriptedTurn[]): Target {
  return {
    name: `${name}/m`,
    connection: testConnection({ name }),
    modelId: "m",
    model: scriptedModel(...turns),
    breaker: name,
    price: (usage: ModelUsage) => (name === "free" ? 0 : usage.outputTokens),
  };
}

/** The alias `fast` over these targets, in this order. */
export function route(first: Target, ...others: Target[]): RoutedModel {
  return routeModel({ alias: "fast", candidates: [first, ...others], trace: silentTrace });
}

/** All that an alias answers to a request that leaves everything to it. */
export function askRoute(model: RoutedModel): Promise<ModelEvent[]> {
  return collectEvents(model, modelRequest());
}

export interface RecordedSpan {
  start: SpanStart;
  end: SpanEnd | undefined;
  ends: number;
}

/** A trace, and the spans that it was given. */
export function recordingTrace(): { trace: TraceRecorder; spans: RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  const startSpan = (start: SpanStart) => {
    const span: RecordedSpan = { start, end: undefined, ends: 0 };
    spans.push(span);
    const end = (result?: SpanEnd) => {
      span.ends += 1;
      span.end ??= result ?? { status: "ok" };
    };
    return { id: String(spans.length), set() {}, content() {}, firstToken() {}, end };
  };
  return { trace: { ...silentTrace, startSpan }, spans };
}
