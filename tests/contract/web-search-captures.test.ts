import { describe, expect, test } from "vitest";
import type { ResponseEvent } from "#server/protocol/events";
import { type Json, list, record, text } from "#server/protocol/json-values";
import type { ModelEvent } from "#server/providers/provider";
import type { Tool } from "#server/tools/tool";
import { toAction } from "#server/tools/web-search/web-search-input";
import { hasReference, recordedStreams } from "#tests/support/captures";
import { fakeWebSearch } from "#tests/support/fake-web-search";
import { asWire, runEngine } from "#tests/support/run-engine";
import { callingTurn, type ScriptedTurn, scriptedModel } from "#tests/support/scripted-model";

const LINK = /\(\[[^\]]+\]\((https?:[^)]+)\)\)/g;

/** The items of a recording that are searches, and the message at its end. */
function itemsOf(events: readonly Json[]): Json[] {
  return list(record(events.at(-1)?.response).output).map(record);
}

/** The pages that a recorded answer cites: their titles by their addresses. */
function citedIn(events: readonly Json[]): Map<string, string> {
  const annotations = events.flatMap((event) => (event.annotation ? [record(event.annotation)] : []));
  return new Map(annotations.map(({ url, title }) => [text(url), text(title)]));
}

/** The web search of the recording: its actions by our own reading of them, its sources as they were. */
function recordedTool(events: readonly Json[]): Tool {
  const actions = itemsOf(events).flatMap(({ type, action }) => (type === "web_search_call" ? [record(action)] : []));
  const sources = [...citedIn(events)].map(([url, title], at) => ({ marker: `【${at + 1}】`, url, title }));
  let made = 0;
  return fakeWebSearch((input) => {
    const recorded = actions[made++]?.sources;
    const action = { ...toAction(input), ...(recorded === undefined ? {} : { sources: recorded }) };
    return { output: "", item: { action }, sources };
  });
}

/** The turns of a model that does what the recording shows: a marker where the recording has a link. */
function turnsOf(events: readonly Json[]): ScriptedTurn[] {
  const marks = new Map([...citedIn(events).keys()].map((url, at) => [url, `【${at + 1}】`]));
  const turns: ScriptedTurn[] = [];
  let said: ModelEvent[] = [];
  for (const item of itemsOf(events)) {
    if (item.type === "reasoning") said.push({ type: "item", item: "reasoning" }, { type: "item_done" });
    if (item.type === "web_search_call") {
      const { type, sources: _, ...asked } = record(item.action);
      const call = { id: `call_${turns.length}`, name: "web_search", arguments: { action: type, ...asked } };
      turns.push([said, ...(callingTurn(call) as ModelEvent[][])]);
      said = [];
    }
    if (item.type !== "message") continue;
    const words = text(record(list(item.content)[0]).text).replaceAll(LINK, (link, url) => marks.get(url) ?? link);
    turns.push([said, [{ type: "text", text: words }], [{ type: "finish", reason: "stop" }]]);
  }
  return turns;
}

/**
 * What two streams that say the same have in common: ids by their kinds, and the text of all deltas at once, since links
 * are deltas of their own here. Where annotations stand in the text, they say themselves.
 */
function comparable(events: readonly Json[], { queries }: { queries: boolean }): { said: string; events: unknown } {
  const isDelta = ({ type }: Json) => type === "response.output_text.delta";
  const rest = events.flatMap(({ sequence_number: _, ...event }) => {
    if (isDelta(event)) return [];
    return "response" in event ? { type: event.type, output: record(event.response).output } : event;
  });
  const plain = JSON.stringify(rest, (key, value) => {
    if (key === "queries" && !queries) return undefined;
    // Of the types that the recordings know, only reasoning comes without a status there.
    return record(value).type === "reasoning" ? { ...record(value), status: undefined } : value;
  });
  const deltas = events.filter(isDelta).map(({ delta }) => text(delta));
  return { said: deltas.join(""), events: JSON.parse(plain.replaceAll(/"(ws|rs|msg)_[0-9a-f]+"/g, '"$1_"')) };
}

const streams = recordedStreams().filter(({ name }) => name.includes("web-search"));

describe.skipIf(!hasReference)("OpenAI's recordings of web searches", () => {
  test("there are several", () => {
    expect(streams.length).toBeGreaterThan(1);
  });

  test.each(streams)("$name is what our engine says of the same, event for event", async ({ events }) => {
    const body = { tools: [{ type: "web_search" }] };
    const ours: ResponseEvent[] = await runEngine({
      model: scriptedModel(...turnsOf(events)),
      tools: [recordedTool(events)],
      body,
    });
    // An older recording knows one query only.
    const asked = { queries: JSON.stringify(events).includes('"queries"') };
    expect(comparable(asWire(ours), asked)).toEqual(comparable(events, asked));
  });
});
