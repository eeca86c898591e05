import { describe, expect, test } from "vitest";
import { writeEvent } from "#server/protocol/dialect";
import { isTerminalEvent } from "#server/protocol/events";
import { list, record } from "#server/protocol/json-values";
import { parseCreateResponse } from "#server/protocol/request";
import type { WireEvent } from "#server/protocol/stream-rules";
import { unfoldResponse } from "#server/protocol/unfold";
import { SCENES } from "#tests/contract/scenes";
import { accumulate } from "#tests/support/accumulate";
import { asWire, runEngine } from "#tests/support/run-engine";

/** The scene's stream as OpenAI's client receives it. */
async function play(scene: string): Promise<WireEvent[]> {
  const script = SCENES[scene]?.();
  if (!script) throw new Error(`no scene ${scene}`);
  const { include } = parseCreateResponse({ input: "hi", ...script.body });
  const events = await runEngine(script);
  return asWire(events.map((event) => writeEvent("default", event, { include, baseUrl: "" })));
}

function finalOutput(events: readonly WireEvent[]): object[] {
  return list(record(events.at(-1)?.response).output).map(record);
}

const whole = Object.keys(SCENES).filter((scene) => scene !== "failed");

describe("openai-node's accumulator", () => {
  test.each(whole)("takes the stream of '%s' and arrives at its response", async (scene) => {
    const events = await play(scene);
    const { output } = await accumulate(events);
    const expected = finalOutput(events);
    expect(output).toMatchObject(expected);
    expect(output).toHaveLength(expected.length);
  });

  test("builds the same output without the terminal event's help", async () => {
    const events = await play("file search with results");
    const { output } = await accumulate(events.slice(0, -1));
    expect(output).toMatchObject(finalOutput(events));
  });

  test.each(whole)("takes the unfolded response of '%s'", async (scene) => {
    const script = SCENES[scene]?.();
    const last = script ? (await runEngine(script)).at(-1) : undefined;
    if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
    const events = unfoldResponse(last.response).map((event, index) => ({ ...event, sequence_number: index }));
    expect((await accumulate(asWire(events))).output).toMatchObject(asWire(last.response.output));
  });

  test("throws the error of a failed stream, with its words and its code", async () => {
    await expect(accumulate(await play("failed"))).rejects.toMatchObject({
      code: "provider_error",
      message: expect.stringContaining("The provider broke off."),
    });
  });
});
