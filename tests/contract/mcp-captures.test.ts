import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { ResponseEvent } from "#server/protocol/events";
import { type Json, list, record, text } from "#server/protocol/json-values";
import type { ModelEvent } from "#server/providers/provider";
import type { Tool } from "#server/tools/tool";
import { hasReference, recordedStreams } from "#tests/support/captures";
import { asWire, runEngine } from "#tests/support/run-engine";
import { scriptedModel } from "#tests/support/scripted-model";

const APPROVAL = "mcp-tool-approval";

interface Recorded {
  name: string;
  events: Json[];
}

/** What two streams that say the same have in common: ids by their kinds, no padding, of a response its output. */
function comparable(events: readonly Json[]): unknown {
  const plain = JSON.stringify(events, (key, value) => {
    if (key === "obfuscation" || key === "usage") return undefined;
    // Of the types that the recording knows, only reasoning comes without a status there.
    if (record(value).type === "reasoning") return { ...record(value), status: undefined };
    return value;
  });
  return list(JSON.parse(plain.replaceAll(/"(mcpl|mcpr|rs|msg)_[0-9a-f]+"/g, '"$1_"'))).map((raw) => {
    const event = record(raw);
    return "response" in event ? { ...event, response: { output: record(event.response).output } } : event;
  });
}

function outputOf(events: readonly Json[]): Json[] {
  return list(record(events.at(-1)?.response).output).map(record);
}

/** The tool of the recording, which must not run. */
function recordedTool(name: string): Tool {
  return {
    name: `zip1__${name}`,
    description: "",
    inputSchema: z.unknown(),
    remote: { serverLabel: "zip1", name, needsApproval: true },
    call: null,
    run: () => Promise.reject(new Error("ran without approval")),
  };
}

/** What the model of the recording said after the list of tools. */
function saidIn(events: readonly Json[]): ModelEvent[][] {
  const said = events.slice(6).flatMap((event): ModelEvent[] => {
    const item = record(event.item);
    if (event.type === "response.output_text.delta") return [{ type: "text", text: text(event.delta) }];
    if (event.type !== "response.output_item.done") return [];
    if (item.type === "reasoning") return [{ type: "item", item: "reasoning" }, { type: "item_done" }];
    if (item.type !== "mcp_approval_request") return [];
    const call = { callId: "call_1", name: `zip1__${text(item.name)}` };
    const words = { type: "tool_call_arguments" as const, callId: "call_1", delta: text(item.arguments) };
    return [{ type: "tool_call", ...call }, words, { type: "tool_call_done", callId: "call_1" }];
  });
  return [said, [{ type: "finish", reason: "stop" }]];
}

describe.skipIf(!hasReference)("OpenAI's recordings of a call that needs approval", () => {
  const streams: Recorded[] = recordedStreams().filter(({ name }) => name.startsWith(APPROVAL));

  test("there are both turns", () => {
    expect(streams).toHaveLength(2);
  });

  test.each(streams)("$name is what our engine says of the same, event for event", async ({ events }) => {
    const [listed] = outputOf(events);
    const tools = list(listed?.tools).map((tool) => recordedTool(text(record(tool).name)));
    const item = { ...listed, type: "mcp_list_tools" as const, id: "mcpl_0" };
    const ours: ResponseEvent[] = await runEngine({ model: scriptedModel(saidIn(events)), tools, lists: [item] });
    expect(comparable(asWire(ours))).toEqual(comparable(events));
  });
});
