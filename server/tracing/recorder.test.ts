import { beforeEach, expect, test, vi } from "vitest";
import { startTrace } from "#server/tracing/recorder";
import type { LiveTrace, TraceRecord, TraceSink } from "#server/tracing/trace-record";

let records: TraceRecord[];
let running: Set<LiveTrace>;
let sink: TraceSink;
let now: number;

beforeEach(() => {
  records = [];
  running = new Set();
  sink = {
    began: (run) => void running.add(run),
    ended: (run, record) => {
      running.delete(run);
      records.push(record);
    },
    left: (run) => void running.delete(run),
  };
  now = 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

function begin(keepsContent = true) {
  return startTrace({ teamId: "team_1", name: "POST /v1/responses", keepsContent }, sink);
}

function onlyRecord(): TraceRecord {
  expect(records).toHaveLength(1);
  const [record] = records;
  if (!record) throw new Error("no record");
  return record;
}

test("offsets and durations count from the trace's start, spans hang under the root", () => {
  const trace = startTrace({ teamId: "team_1", name: "x", keepsContent: true, startedAt: 990 }, sink);
  const early = trace.startSpan({ name: "authenticate", kind: "gateway", startedAt: 991 });
  early.end();
  now = 1_010;
  const model = trace.startSpan({ name: "chat", kind: "model", attributes: { model: "m" } });
  const inner = trace.startSpan({ name: "tool", kind: "tool", parentId: model.id });
  now = 1_015;
  model.firstToken();
  now = 1_020;
  model.firstToken();
  inner.end();
  model.set({ inputTokens: 3 });
  model.end();
  now = 1_030;
  trace.end({ status: "ok" });

  const record = onlyRecord();
  const [root, first, second, third] = record.spans;
  expect(record).toMatchObject({ status: "ok", durationMs: 40, facts: { name: "x", timeToFirstTokenMs: 25 } });
  expect(root).toMatchObject({ kind: "gateway", parentId: null, offsetMs: 0, durationMs: 40 });
  expect(first).toMatchObject({ name: "authenticate", parentId: root?.id, offsetMs: 1, durationMs: 9 });
  expect(second).toMatchObject({
    offsetMs: 20,
    durationMs: 10,
    firstTokenMs: 25,
    attributes: { model: "m", inputTokens: 3 },
  });
  expect(third).toMatchObject({ parentId: second?.id });
});

test("a running trace has a compact row, and open spans end with it", () => {
  const trace = begin();
  trace.set({ requestedModel: "builtin/demo" });
  trace.startSpan({ name: "chat", kind: "model" });
  expect([...running][0]?.snapshot()).toMatchObject({
    status: "running",
    durationMs: null,
    spans: [],
    facts: { requestedModel: "builtin/demo" },
  });
  now += 5;
  trace.end({ status: "error", error: { code: "provider_error", message: "The provider answered 500." } });
  trace.end({ status: "ok" });
  expect(running.size).toBe(0);
  const record = onlyRecord();
  expect(record).toMatchObject({
    status: "error",
    errorCode: "provider_error",
    errorMessage: "The provider answered 500.",
  });
  expect(record.spans[1]).toMatchObject({ status: "cancelled", durationMs: 5 });
});

test("content that came before dropContent is forgotten, later content is not taken", () => {
  const trace = begin();
  const span = trace.startSpan({ name: "chat", kind: "model" });
  trace.content({ request: { input: "canary" } });
  trace.set({ inputPreview: "canary" });
  span.content({ arguments: "canary" });
  trace.dropContent();
  trace.content({ output: "canary" });
  trace.set({ outputPreview: "canary" });
  span.content({ result: "canary" });
  span.end({ status: "error", error: { code: "provider_error", message: "canary" } });
  trace.end({ status: "error", error: { code: "provider_error", message: "canary" } });
  expect(JSON.stringify(records)).not.toContain("canary");
  expect(onlyRecord()).toMatchObject({ keepsContent: false, errorCode: "provider_error" });
});

test("equal event types in a row are one run with its times", () => {
  const trace = begin();
  trace.event("response.created");
  for (let index = 0; index < 3; index += 1) {
    now += 10;
    trace.event("response.output_text.delta");
  }
  trace.event("response.completed");
  trace.end({ status: "ok" });
  expect(onlyRecord().events).toEqual([
    { type: "response.created", count: 1, firstMs: 0, lastMs: 0 },
    { type: "response.output_text.delta", count: 3, firstMs: 10, lastMs: 30 },
    { type: "response.completed", count: 1, firstMs: 30, lastMs: 30 },
  ]);
});

test("a trace holds a bounded number of spans and says how many it left out", () => {
  const trace = begin();
  for (let index = 0; index < 2_100; index += 1) trace.startSpan({ name: "tool", kind: "tool" }).end();
  trace.end({ status: "ok" });
  const record = onlyRecord();
  expect(record.spans).toHaveLength(2_000);
  expect(record.spans[0]?.attributes.spansDropped).toBe(101);
});

test("a foreign trace id that does not begin with the time is replaced", () => {
  const trace = startTrace({ teamId: "t", name: "x", keepsContent: true, traceId: "not-hex" }, sink);
  expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
});

test("a trace that is handed over writes nothing, and takes nothing more", () => {
  const trace = begin();
  trace.handOver();
  trace.set({ httpStatus: 200 });
  trace.end({ status: "ok" });
  expect(running.size).toBe(0);
  expect(records).toEqual([]);
});

test.each<[costs: { model?: number | null; images: (number | null)[] }, total: number | null | undefined]>([
  [{ model: 0.5, images: [] }, 0.5],
  [{ model: 0.5, images: [0.25, 0.25] }, 1],
  [{ images: [0.25] }, 0.25],
  [{ model: 0.5, images: [0.25, null] }, null],
  [{ model: null, images: [0.25] }, null],
  [{ images: [] }, undefined],
])("what is charged beside the model's tokens counts: %j", ({ model, images }, total) => {
  const trace = begin();
  for (const cost of images) trace.charge(cost);
  if (model !== undefined) trace.set({ costUsd: model });
  trace.end({ status: "ok" });
  expect(onlyRecord().facts.costUsd).toBe(total);
});
