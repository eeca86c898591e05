import { describe, expect, test } from "vitest";
import type { PassedItemType } from "#server/protocol/vendor-items";
import type { ModelEvent } from "#server/providers/provider";
import { args, build, call, done, expectTransition, type Transition, text } from "#tests/support/build-turn";

const custom = (callId: string, name = "custom"): ModelEvent => ({ type: "tool_call", callId, name, custom: true });
const vendor = (
  stage: "added" | "done",
  fields: Record<string, unknown> = {},
  item: PassedItemType = "web_search_call",
): ModelEvent => ({ type: "vendor_item", key: "k", item, stage, fields });
const searched: ModelEvent = {
  type: "vendor_event",
  key: "k",
  event: "response.web_search_call.completed",
  fields: {},
};
const searching: ModelEvent = {
  type: "vendor_event",
  key: "k",
  event: "response.web_search_call.in_progress",
  fields: {},
};

const TRANSITIONS: Transition[] = [
  {
    name: "a custom tool's text as it comes",
    events: [custom("c"), args("c", "SELECT"), args("c", " 1"), done("c")],
    expected: [
      "output_item.added 0 custom_tool_call",
      'custom_tool_call_input.delta 0 "SELECT"',
      'custom_tool_call_input.delta 0 " 1"',
      "custom_tool_call_input.done 0",
      "output_item.done 0 custom_tool_call completed",
    ],
  },
  {
    name: "a custom tool's text out of the JSON of a vendor that knows functions only",
    events: [call("c", "custom"), args("c", '{"input":"SEL'), args("c", 'ECT 1"}'), text("and on")],
    expected: [
      "output_item.added 0 custom_tool_call",
      'custom_tool_call_input.delta 0 "SEL"',
      'custom_tool_call_input.delta 0 "ECT 1"',
      "custom_tool_call_input.done 0",
      "output_item.done 0 custom_tool_call completed",
      "output_item.added 1 message",
      "content_part.added 1.0",
      'output_text.delta 1.0 "and on"',
      "output_text.done 1.0",
      "content_part.done 1.0",
      "output_item.done 1 message completed",
    ],
  },
  {
    name: "two messages of different phases, the second empty",
    events: [
      { type: "item", item: "message", phase: "commentary" },
      text("hm"),
      { type: "item", item: "message", phase: "final_answer" },
      { type: "part", part: "output_text" },
      { type: "item_done" },
    ],
    expected: [
      "output_item.added 0 message",
      "content_part.added 0.0",
      'output_text.delta 0.0 "hm"',
      "output_text.done 0.0",
      "content_part.done 0.0",
      "output_item.done 0 message completed",
      "output_item.added 1 message",
      "content_part.added 1.0",
      "output_text.done 1.0",
      "content_part.done 1.0",
      "output_item.done 1 message completed",
    ],
  },
  {
    name: "a vendor's item among others",
    events: [
      { type: "item", item: "reasoning" },
      { type: "item_done" },
      vendor("added", { status: "in_progress" }),
      searching,
      text("So"),
      searched,
      vendor("done", { status: "completed" }),
      vendor("done", { status: "failed" }),
    ],
    expected: [
      "output_item.added 0 reasoning",
      "output_item.done 0 reasoning completed",
      "output_item.added 1 web_search_call",
      "web_search_call.in_progress 1",
      "output_item.added 2 message",
      "content_part.added 2.0",
      'output_text.delta 2.0 "So"',
      "web_search_call.completed 1",
      "output_item.done 1 web_search_call completed",
      "output_text.done 2.0",
      "content_part.done 2.0",
      "output_item.done 2 message completed",
    ],
  },
  {
    name: "a vendor's item that begins with its end",
    events: [vendor("done", { status: "completed", action: { type: "search" } })],
    expected: ["output_item.added 0 web_search_call", "output_item.done 0 web_search_call completed"],
  },
  {
    name: "a vendor's MCP call without an end has failed, and says so",
    events: [vendor("added", { status: "in_progress", server_label: "s", name: "n", arguments: "" }, "mcp_call")],
    expected: [
      ...["output_item.added 0 mcp_call", "mcp_call.in_progress 0"],
      ...["mcp_call.failed 0", "output_item.done 0 mcp_call failed"],
    ],
  },
  {
    name: "a vendor's item without an end has failed",
    events: [vendor("added", { status: "in_progress" })],
    expected: ["output_item.added 0 web_search_call", "output_item.done 0 web_search_call failed"],
  },
];

test.each(TRANSITIONS)("$name", expectTransition);

describe("the turn", () => {
  test("carries custom calls and vendors' items on to the next, and knows what the client must answer", () => {
    const approval: ModelEvent = {
      type: "vendor_item",
      key: "a",
      item: "mcp_approval_request",
      stage: "done",
      fields: { name: "shorten", arguments: "{}", upstream: { host: "h", id: "mcpr_1" } },
    };
    const { turn } = build([custom("c"), args("c", "SELECT 1"), done("c"), approval]);
    expect(turn.functionCalls).toEqual(["custom", "mcp_approval_request"]);
    expect(turn.transcript).toMatchObject([
      { type: "tool_call", callId: "c", name: "custom", input: "SELECT 1", arguments: '{"input":"SELECT 1"}' },
      { type: "vendor_item", item: { type: "mcp_approval_request", upstream: { host: "h", id: "mcpr_1" } } },
    ]);
  });
});

describe("the settings in force", () => {
  const settings = (change: object): ModelEvent => ({ type: "in_force", settings: change });

  test("open the response, and again at its end", () => {
    const { events } = build([
      settings({
        service_tier: "auto",
        modelId: "dated",
        reasoning: { effort: "medium" },
        verbosity: "low",
        top_p: 0.9,
      }),
      text("ok"),
      settings({ service_tier: "default" }),
    ]);
    const shown = {
      model: "dated",
      top_p: 0.9,
      text: { verbosity: "low" },
      reasoning: { effort: "medium", summary: null },
    };
    // The test's builder is opened beforehand, as for models that tell nothing.
    expect(events[0]).toMatchObject({ type: "response.created", response: { model: "m" } });
    expect(events.at(-1)).toMatchObject({ response: { ...shown, service_tier: "default" } });
  });
});
