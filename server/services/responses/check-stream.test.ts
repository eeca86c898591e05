import { afterEach, expect, test, vi } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { log } from "#server/log";
import { numberEvents, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import { checkStream } from "#server/services/responses/check-stream";
import { runEngine } from "#tests/support/run-engine";
import { sayingTurn, scriptedModel } from "#tests/support/scripted-model";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is logged of a stream that a client reads in `environment`. */
async function logged(
  events: ResponseEvent[],
  NODE_ENV: string,
  ...[STREAM_CHECKS, options]: ["on" | "off", { followed: boolean }?] | []
): Promise<unknown[]> {
  setConfig(parseConfig({ NODE_ENV, STREAM_CHECKS, LOG_LEVEL: "silent" }));
  const error = vi.spyOn(log(), "error").mockReturnValue(undefined);
  error.mockClear();
  numberEvents(events, 0);
  const batches = (async function* () {
    yield events as ResponseStreamEvent[];
  })();
  const read: ResponseStreamEvent[] = [];
  for await (const batch of checkStream(batches, options)) read.push(...batch);
  expect(read).toEqual(events);
  return error.mock.calls.map(([facts]) => facts);
}

const events = () => runEngine({ model: scriptedModel(sayingTurn("secret words")) });

test("says nothing of a good stream", async () => {
  expect(await logged(await events(), "development")).toEqual([]);
});

test("logs in development what a stream breaks, without what it says", async () => {
  const broken = (await events()).filter((event) => event.type !== "response.content_part.added");
  const [facts] = await logged(broken, "development");
  expect(facts).toMatchObject({
    responseId: "resp_1",
    faults: expect.arrayContaining([expect.stringContaining("no part is open")]),
  });
  expect(JSON.stringify(facts)).not.toContain("secret");
});

test("lets a stream that follows another's run end before it, and holds it to everything else", async () => {
  const said = (await events()).slice(0, -1);
  expect(await logged(said, "development", "on", { followed: true })).toEqual([]);
  expect(await logged(said, "development", "on")).toHaveLength(1);
  expect(await logged(said.slice(1), "development", "on", { followed: true })).toHaveLength(1);
});

test("costs nothing elsewhere, unless it is asked for", async () => {
  expect(await logged((await events()).slice(1), "production")).toEqual([]);
  expect(await logged((await events()).slice(1), "development", "off")).toEqual([]);
  expect(await logged((await events()).slice(1), "production", "on")).toHaveLength(1);
});
