import { describe, expect, it } from "vitest";
import { breakOff } from "#server/protocol/break-off";
import { numberEvents, type ResponseEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import { SCENES } from "#tests/contract/scenes";
import { asWire, runEngine } from "#tests/support/run-engine";

/** What a client sees of a stream that broke off after `events`. */
function endBrokenOff(events: readonly ResponseEvent[]): { stream: ResponseEvent[]; response: ResponseResource } {
  const { closing, response } = breakOff(events);
  const failed: ResponseResource = { ...response, status: "failed", error: { code: "run_interrupted", message: "x" } };
  const stream: ResponseEvent[] = [...events, ...closing, { type: "response.failed", response: failed }];
  numberEvents(stream, 0);
  return { stream, response: failed };
}

describe.each(Object.keys(SCENES))("a stream of the scene '%s'", (name) => {
  it("is a whole one wherever it breaks off", async () => {
    const scene = SCENES[name];
    if (!scene) throw new Error(name);
    const events = await runEngine(scene());
    const last = events.findIndex((event) => event.type === "error") + 1 || events.length;
    for (let cut = 2; cut < last; cut += 1) {
      const { stream } = endBrokenOff(structuredClone(events.slice(0, cut)));
      expect({ cut, faults: brokenRules(asWire(stream)) }).toEqual({ cut, faults: [] });
    }
  });
});

it("keeps what was said and marks it as cut off", async () => {
  const events = await runEngine(SCENES.text?.() ?? { model: expect.fail() });
  const cut = events.findIndex((event) => event.type === "response.output_text.delta") + 1;
  const { response } = endBrokenOff(events.slice(0, cut));
  expect(response.output).toMatchObject([
    { type: "message", status: "incomplete", content: [{ type: "output_text", text: "Hel" }] },
  ]);
});

it("fails a search that was under way", async () => {
  const events = await runEngine(SCENES["file search"]?.() ?? { model: expect.fail() });
  const cut = events.findIndex((event) => event.type === "response.file_search_call.searching") + 1;
  const { response } = endBrokenOff(events.slice(0, cut));
  expect(response.output).toMatchObject([{ type: "file_search_call", status: "failed", results: null }]);
});

it("fails a call of an MCP server that was under way, and keeps what it was called with", async () => {
  const events = await runEngine(
    SCENES["an MCP server's tool, that answers and fails"]?.() ?? { model: expect.fail() },
  );
  const cut = events.findIndex((event) => event.type === "response.mcp_call_arguments.done") + 1;
  const { response, stream } = endBrokenOff(events.slice(0, cut));
  expect(stream.slice(-3).map(({ type }) => type)).toEqual([
    ...["response.mcp_call.failed", "response.output_item.done", "response.failed"],
  ]);
  expect(response.output[1]).toMatchObject({ type: "mcp_call", status: "failed", arguments: '{"thing":"cake"}' });
});

it("fails a search of the web that was under way, with the action that OpenAI's items always have", async () => {
  const events = await runEngine(SCENES["web search"]?.() ?? { model: expect.fail() });
  const cut = events.findIndex((event) => event.type === "response.web_search_call.searching") + 1;
  const { response } = endBrokenOff(events.slice(0, cut));
  expect(response.output).toMatchObject([
    { type: "web_search_call", status: "failed", action: { type: "search", query: "" } },
  ]);
});
