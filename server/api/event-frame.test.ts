import { describe, expect, test } from "vitest";
import { eventFrame } from "#server/api/event-frame";
import { type Dialect, writeEvent } from "#server/protocol/dialect";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { SCENES } from "#tests/contract/scenes";
import { startEngine } from "#tests/support/run-engine";

interface Frame {
  name: string | undefined;
  data: Record<string, unknown>;
}

function readFrame(frame: string): Frame {
  const [, name, json = ""] = /^event: (\S+)\ndata: ([^\n]*)\n\n$/.exec(frame) ?? [];
  return { name, data: JSON.parse(json) };
}

/** What the padding fills up is random; that it fills up is tested where it is made. */
function withoutPadding({ obfuscation, ...data }: Record<string, unknown>): Record<string, unknown> {
  return { ...data, padded: typeof obfuscation === "string" };
}

async function eventsOf(name: string): Promise<ResponseStreamEvent[]> {
  const scene = SCENES[name]?.();
  if (!scene) throw new Error(name);
  const events: ResponseStreamEvent[] = [];
  for await (const batch of startEngine(scene)) {
    for (const event of batch) events.push({ ...event, sequence_number: events.length });
  }
  return events;
}

describe.each<Dialect>(["default", "strict"])("in the %s dialect", (dialect) => {
  test.each(Object.keys(SCENES))("a frame says what the dialect writes of its event: %s", async (name) => {
    for (const obfuscation of [true, false]) {
      const view = { include: [], baseUrl: "http://localhost", obfuscation };
      for (const event of await eventsOf(name)) {
        const written: Record<string, unknown> = { ...writeEvent(dialect, event, view) };
        const { name, data } = readFrame(eventFrame(dialect, event, view));
        expect(name).toBe(written.type);
        expect(Object.keys(data)).toEqual(Object.keys(written));
        expect(withoutPadding(data)).toEqual(withoutPadding(JSON.parse(JSON.stringify(written))));
      }
    }
  });

  test.each(['"quoted" \\ back', "line\nfeed\r\t\u2028", "😀 \ud83d alone", "\u0000", ""])("any text: %j", (delta) => {
    const event: ResponseStreamEvent = {
      type: "response.output_text.delta",
      item_id: "msg_1",
      output_index: 1,
      content_index: 2,
      delta,
      logprobs: [],
      sequence_number: 3,
    };
    const { data } = readFrame(eventFrame(dialect, event, { include: [], baseUrl: "" }));
    expect(data).toEqual(JSON.parse(JSON.stringify(event)));
  });
});
