import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { type AppError, statusOf, toWireError } from "#server/errors";
import { closePools } from "#server/outbound/pools";
import { writeEvent, writeResponse } from "#server/protocol/dialect";
import { isTerminalEvent } from "#server/protocol/events";
import { isRecord, type Json, list, record } from "#server/protocol/json-values";
import { parseCreateResponse } from "#server/protocol/request";
import { brokenRules, type WireEvent } from "#server/protocol/stream-rules";
import type { LanguageModel } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { accumulate } from "#tests/support/accumulate";
import { ABRIDGED, allRecordedStreams, hasReference, recordedBodies } from "#tests/support/captures";
import { testConnection } from "#tests/support/model-request";
import { asWire, runEngine } from "#tests/support/run-engine";
import { type ScriptedUpstream, startScriptedUpstream, type UpstreamScript } from "#tests/support/scripted-upstream";

let upstream: ScriptedUpstream;
let model: LanguageModel;

beforeAll(async () => {
  setConfig(parseConfig({}));
  upstream = await startScriptedUpstream();
});

beforeEach(() => {
  model = createProvider(testConnection({ baseUrl: upstream.baseUrl, wire: "responses" })).languageModel("gpt-5");
});

afterAll(async () => {
  await closePools();
  await upstream.close();
});

/** What the caller of the recorded response asked for, as far as its echo tells. */
function requestOf(response: Json): Json {
  const { instructions, max_output_tokens, max_tool_calls, parallel_tool_calls, store, truncation, metadata } =
    response;
  const { tools, tool_choice, previous_response_id, text } = response;
  return {
    ...{ instructions, max_output_tokens, max_tool_calls, parallel_tool_calls, store, truncation, metadata },
    ...{ tools, tool_choice, previous_response_id },
    text: { format: record(text).format },
    include: ["reasoning.encrypted_content", "web_search_call.action.sources", "code_interpreter_call.outputs"],
    max_tool_calls: max_tool_calls ?? undefined,
  };
}

/** An upstream that says what was recorded. */
function playing(events: readonly WireEvent[]): UpstreamScript {
  return ({ sendRaw, end }) => {
    for (const event of events) sendRaw(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    end();
  };
}

async function replay(script: UpstreamScript, response: Json) {
  upstream.script(script);
  const body = requestOf(response);
  const { include } = parseCreateResponse({ input: "hi", ...body });
  const events = await runEngine({ model, body });
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  const view = { include, baseUrl: "", obfuscation: true };
  return {
    events: asWire(events.map((event) => writeEvent("default", event, view))),
    strict: asWire(events.map((event) => writeEvent("strict", event, view))),
    body: record(JSON.parse(JSON.stringify(writeResponse("default", last.response, view)))),
  };
}

/** Ids, times and paddings are ours; OpenAI encrypts reasoning anew each time. */
const OURS: ReadonlySet<string> = new Set([
  "id",
  "item_id",
  "created_at",
  "completed_at",
  "obfuscation",
  "encrypted_content",
  "sequence_number",
]);
/** An item was cut out of the shortened recording, which leaves a gap. */
const GAPS: ReadonlySet<string> = new Set(["output_index"]);

/** Every place where a recorded value is lost or changed. Keys may be added. */
function lost(recorded: unknown, ours: unknown, skip = OURS): string[] {
  if (Array.isArray(recorded)) {
    const values = list(ours);
    if (values.length !== recorded.length) return [`: ${values.length} instead of ${recorded.length}`];
    return recorded.flatMap((entry, index) => lost(entry, values[index], skip).map((fault) => `[${index}]${fault}`));
  }
  if (!isRecord(recorded)) {
    return Object.is(recorded, ours) ? [] : [`: ${JSON.stringify(ours)} instead of ${JSON.stringify(recorded)}`];
  }
  const values = record(ours);
  return Object.entries(recorded).flatMap(([key, value]) => {
    if (!(key in values)) return [`.${key} is missing`];
    return skip.has(key) ? [] : lost(value, values[key], skip).map((fault) => `.${key}${fault}`);
  });
}

/** What is lost of a recorded stream; `added` may stand between its events. */
function lostEvents(recorded: readonly WireEvent[], ours: readonly WireEvent[], added: ReadonlySet<string>): string[] {
  const left = [...ours];
  const faults = recorded.flatMap((event, index) => {
    while (left[0] && left[0].type !== event.type && added.has(left[0].type)) left.shift();
    const next = left.shift();
    const skip = added === ADDED_TO_ABRIDGED ? new Set([...OURS, ...GAPS]) : OURS;
    return lost(event, next, skip).map((fault) => `#${index} ${event.type}${fault}`);
  });
  return [...faults, ...left.map((event) => `${event.type} comes after all`)];
}

/** In the recordings a custom tool's input has no end of its own; the published contract has one. */
const ADDED = new Set(["response.custom_tool_call_input.done"]);
/** One recording was shortened: what its deltas do not say any more comes in one more. */
const ADDED_TO_ABRIDGED = new Set(["response.output_text.delta"]);

describe.skipIf(!hasReference)("recordings of OpenAI's API, replayed as what a model says", () => {
  test.each(allRecordedStreams())("$name comes out as it went in", async ({ name, events }) => {
    const { events: ours } = await replay(playing(events), record(events[0]?.response));
    expect(lostEvents(events, ours, name.startsWith(ABRIDGED) ? ADDED_TO_ABRIDGED : ADDED)).toEqual([]);
    expect(brokenRules(ours)).toEqual([]);
    if (ours.some((event) => event.type === "error")) return;
    expect((await accumulate(ours)).output).toMatchObject(list(record(ours.at(-1)?.response).output).map(record));
  });

  test.each(allRecordedStreams())("$name obeys the rules in the strict dialect too", async ({ events }) => {
    const { strict } = await replay(playing(events), record(events[0]?.response));
    expect(brokenRules(strict)).toEqual([]);
  });

  const bodies = recordedBodies();
  test.each(bodies.filter(({ body }) => body.object === "response"))(
    "$name comes out as it went in",
    async ({ body }) => {
      // One of them was written by hand, with a field that no response has.
      const { input: _, ...recorded } = body;
      const { events, body: ours } = await replay((exchange) => exchange.json(200, recorded), recorded);
      expect(lost(recorded, ours)).toEqual([]);
      expect(brokenRules(events)).toEqual([]);
    },
  );

  test.each(bodies.filter(({ body }) => "error" in body && body.object === undefined))(
    "$name is told in its own words",
    async ({ body }) => {
      const { events } = await replay((exchange) => exchange.json(429, body), {});
      const error = record(events.at(-2)?.error);
      expect(error.message).toContain(record(body.error).message);
    },
  );
});

test("a request that the provider finds wrong is refused in its words, with its parameter", async () => {
  const error = {
    message: "Missing required parameter: 'tools[0].container'.",
    type: "invalid_request_error",
    param: "tools[0].container",
    code: "missing_required_parameter",
  };
  upstream.script((exchange) => exchange.json(400, { error }));
  const failures: AppError[] = [];
  const body = { tools: [{ type: "code_interpreter" }] };
  const events = await runEngine({ model, body, onFailure: (failure) => failures.push(failure) });
  expect(events.map((event) => event.type)).toEqual([
    "response.created",
    "response.in_progress",
    "error",
    "response.failed",
  ]);
  const [failure] = failures;
  if (!failure) throw new Error("nothing failed");
  expect(toWireError(failure)).toEqual(error);
  expect(statusOf(failure.code)).toBe(400);
});
