import { expect, it, vi } from "vitest";
import type { ResponseEvent, ResponseStreamEvent } from "#server/protocol/events";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import { recordResponse } from "#server/services/responses/record-response";
import { silentTrace } from "#server/tracing/span";

const request = parseCreateResponse({ model: "m", input: "hi" });
const opening = openResponse({ id: "resp_1", createdAt: 1, model: "m", request });
const delta = (text: string): ResponseEvent => {
  return {
    type: "response.output_text.delta",
    item_id: "msg_1",
    output_index: 0,
    content_index: 0,
    delta: text,
    logprobs: [],
  };
};
const created: ResponseEvent = { type: "response.created", response: opening };
const completed: ResponseEvent = { type: "response.completed", response: { ...opening, status: "completed" } };

async function* batches(...list: ResponseEvent[][]): AsyncGenerator<ResponseEvent[]> {
  for (const batch of list) yield batch;
}

async function readAll(events: AsyncIterable<ResponseStreamEvent[]>): Promise<ResponseStreamEvent[]> {
  const all: ResponseStreamEvent[] = [];
  for await (const batch of events) all.push(...batch);
  return all;
}

it("numbers events without a gap and stores before the terminal event is passed on", async () => {
  const order: string[] = [];
  const save = async () => {
    await Promise.resolve();
    order.push("saved");
  };
  const run = recordResponse({
    events: batches([created], [delta("a"), delta("b"), completed]),
    opening,
    trace: silentTrace,
    save,
    onEnd: async () => void order.push("end"),
  });
  const numbers: number[] = [];
  for await (const batch of run) {
    for (const event of batch) {
      numbers.push(event.sequence_number);
      order.push(event.type);
    }
  }
  expect(numbers).toEqual([0, 1, 2, 3]);
  expect(order.slice(-3)).toEqual(["saved", "end", "response.completed"]);
});

it("ends with error and response.failed when the response cannot be stored", async () => {
  const onEnd = vi.fn(async () => {});
  const save = () => Promise.reject(new Error("disk"));
  const run = recordResponse({ events: batches([created], [completed]), opening, trace: silentTrace, save, onEnd });
  const events = await readAll(run);
  expect(events.map((event) => event.type)).toEqual(["response.created", "error", "response.failed"]);
  expect(JSON.stringify(events)).not.toContain("disk");
  expect(onEnd).toHaveBeenCalledOnce();
});

it("turns a throw into error and response.failed, and stores that", async () => {
  async function* broken(): AsyncGenerator<ResponseEvent[]> {
    yield [created];
    throw new Error("boom");
  }
  const save = vi.fn(async (_response: { status: string }) => {});
  const events = await readAll(
    recordResponse({ events: broken(), opening, trace: silentTrace, save, onEnd: async () => {} }),
  );
  expect(events.map((event) => event.type)).toEqual(["response.created", "error", "response.failed"]);
  expect(save.mock.calls[0]?.[0]).toMatchObject({ status: "failed" });
});

it("reads the run to its end and stores it when the reader stops", async () => {
  const save = vi.fn(async () => {});
  const run = recordResponse({
    events: batches([created], [delta("a")], [delta("b"), completed]),
    opening,
    trace: silentTrace,
    save,
    onEnd: async () => {},
  });
  for await (const _ of run) break;
  expect(save).toHaveBeenCalledOnce();
});
