import { describe, expect, test } from "vitest";
import { type Json, list, record, text } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import type { ModelEvent } from "#server/providers/provider";
import { createCodeInterpreterTool } from "#server/tools/code-interpreter/code-interpreter";
import type { CitableFile, Tool } from "#server/tools/tool";
import { hasReference, recordedStreams } from "#tests/support/captures";
import { asWire, runEngine } from "#tests/support/run-engine";
import { callingTurn, type ScriptedTurn, scriptedModel } from "#tests/support/scripted-model";

function itemsOf(events: readonly Json[]): Json[] {
  return list(record(events.at(-1)?.response).output).map(record);
}

function callsOf(events: readonly Json[]): Json[] {
  return itemsOf(events).filter(({ type }) => type === "code_interpreter_call");
}

/** The files that a recorded answer cites. */
function filesIn(events: readonly Json[]): CitableFile[] {
  return events.flatMap(({ annotation }) => {
    const { container_id, file_id, filename } = record(annotation);
    if (filename === undefined) return [];
    const path = `/mnt/data/${text(filename)}`;
    return [{ path, containerId: text(container_id), fileId: text(file_id), filename: text(filename) }];
  });
}

/** Our tool, in a container that prints what the recording shows. */
function recordedTool(events: readonly Json[]): Tool {
  const calls = callsOf(events);
  const left = calls.map(({ outputs }) =>
    list(outputs)
      .map((output) => text(record(output).logs))
      .join(""),
  );
  const nothing = { leftOut: 0, images: [], files: [], removed: [], notKept: [] };
  return createCodeInterpreterTool({
    containerId: text(calls[0]?.container_id),
    paths: [],
    run: async () => ({
      outcome: { ok: true, output: `${left.shift() ?? ""}\n`, ...nothing },
      ...{ ended: null, isFresh: false, written: [], notKept: [], files: filesIn(events) },
    }),
    close: async () => undefined,
  }) as Tool;
}

/** The turns of a model that does what the recording shows. */
function turnsOf(events: readonly Json[]): ScriptedTurn[] {
  const turns: ScriptedTurn[] = [];
  let said: ModelEvent[] = [];
  for (const item of itemsOf(events)) {
    if (item.type === "reasoning") said.push({ type: "item", item: "reasoning" }, { type: "item_done" });
    if (item.type === "code_interpreter_call") {
      const call = { id: `call_${turns.length}`, name: "code_interpreter", arguments: { code: text(item.code) } };
      turns.push([said, ...(callingTurn(call) as ModelEvent[][])]);
      said = [];
    }
  }
  const words = events.flatMap(({ type, delta }): ModelEvent[] =>
    type === "response.output_text.delta" ? [{ type: "text", text: text(delta) }] : [],
  );
  return [...turns, [said, words, [{ type: "finish", reason: "stop" }]]];
}

/** What two streams that say the same have in common: ids by their kinds, no padding, and code as one delta. */
function comparable(events: readonly Json[]): unknown {
  const joined: Json[] = [];
  for (const { sequence_number: _number, obfuscation: _padding, ...event } of events) {
    const last = joined.at(-1);
    if (event.type === "response.code_interpreter_call_code.delta" && last?.type === event.type) {
      last.delta = text(last.delta) + text(event.delta);
    } else joined.push("response" in event ? { type: event.type, output: record(event.response).output } : event);
  }
  const plain = JSON.stringify(joined, (_key, value) =>
    // Of the types that the recordings know, only reasoning comes without a status there.
    record(value).type === "reasoning" ? { ...record(value), status: undefined } : value,
  );
  return JSON.parse(plain.replaceAll(/"(ci|rs|msg)_[0-9a-f]+"/g, '"$1_"'));
}

const streams = recordedStreams().filter(({ name }) => name.includes("code-interpreter"));

describe.skipIf(!hasReference)("OpenAI's recordings of the code interpreter", () => {
  test("there is one, with several calls and a cited file", () => {
    const events = streams.flatMap((stream) => stream.events);
    expect(callsOf(events).length).toBeGreaterThan(1);
    expect(filesIn(events).length).toBeGreaterThan(0);
  });

  test.each(streams)("$name is what our engine says of the same, event for event", async ({ events }) => {
    const tools = [recordedTool(events)];
    const body = { tools: [{ type: "code_interpreter", container: { type: "auto" } }] };
    const ours = asWire(await runEngine({ model: scriptedModel(...turnsOf(events)), tools, body }));
    expect(brokenRules(ours)).toEqual([]);
    expect(comparable(ours)).toEqual(comparable(events));
  });
});
