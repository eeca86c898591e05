import { expect, test } from "vitest";
import { TraceQueue } from "#server/tracing/trace-queue";
import type { TraceRecord } from "#server/tracing/trace-record";

function recordOf(id: string, text = ""): TraceRecord {
  return {
    teamId: "team_1",
    id,
    status: "ok",
    errorCode: null,
    errorMessage: null,
    facts: {},
    startedAt: 0,
    durationMs: 1,
    keepsContent: true,
    spans: [],
    content: { text },
    events: [],
  };
}

test("batches are the oldest, bounded by count and bytes, and stay until they are removed", () => {
  const queue = new TraceQueue(() => ({ maxTraces: 10, maxBytes: 1_000_000 }));
  for (const id of ["a", "b", "c"]) queue.push(recordOf(id, "x".repeat(1_000)));
  expect(queue.peek(2, 1_000_000).map((record) => record.id)).toEqual(["a", "b"]);
  expect(queue.peek(3, 10).map((record) => record.id)).toEqual(["a"]);
  queue.removeFirst(2);
  expect(queue.peek(3, 1_000_000).map((record) => record.id)).toEqual(["c"]);
  queue.removeFirst(1);
  expect(queue).toMatchObject({ size: 0, bytes: 0 });
});

test("over the count a trace is dropped", () => {
  const queue = new TraceQueue(() => ({ maxTraces: 1, maxBytes: 1_000_000 }));
  expect(queue.push(recordOf("a"))).toBe("kept");
  expect(queue.push(recordOf("b"))).toBe("dropped");
  expect(queue.size).toBe(1);
});

test("over the bytes a trace loses its content first, and is dropped when even that does not fit", () => {
  const queue = new TraceQueue(() => ({ maxTraces: 100, maxBytes: 5_000 }));
  expect(queue.push(recordOf("a", "x".repeat(10_000)))).toBe("content_dropped");
  expect(queue.peek(1, 1_000_000)[0]).toMatchObject({ id: "a", content: null });
  let outcome = "";
  for (let index = 0; index < 10; index += 1) outcome = queue.push(recordOf(`b${index}`, "x".repeat(10_000)));
  expect(outcome).toBe("dropped");
  expect(queue.bytes).toBeLessThanOrEqual(5_000);
});
