import { describe, expect, test } from "vitest";
import { args, build, call, done, expectTransition, type Transition, text } from "#tests/support/build-turn";

const MESSAGE_END = ["output_text.done 0.0", "content_part.done 0.0", "output_item.done 0 message completed"];

const TRANSITIONS: Transition[] = [
  {
    name: "a function call",
    events: [call("c", "f"), args("c", '{"a"'), args("c", ":1}"), done("c")],
    expected: [
      "output_item.added 0 function_call",
      'function_call_arguments.delta 0 "{\\"a\\""',
      'function_call_arguments.delta 0 ":1}"',
      "function_call_arguments.done 0",
      "output_item.done 0 function_call completed",
    ],
  },
  {
    name: "a function call without arguments gets an empty object",
    events: [call("c", "f"), args("c", "")],
    expected: [
      "output_item.added 0 function_call",
      'function_call_arguments.delta 0 "{}"',
      "function_call_arguments.done 0",
      "output_item.done 0 function_call completed",
    ],
  },
  {
    name: "interleaved arguments of parallel calls wait for the first call's end",
    events: [
      call("a", "f"),
      call("b", "g"),
      args("a", "{"),
      args("b", '{"x":'),
      args("a", "}"),
      args("b", "1}"),
      done("a"),
      done("b"),
    ],
    expected: [
      "output_item.added 0 function_call",
      'function_call_arguments.delta 0 "{"',
      'function_call_arguments.delta 0 "}"',
      "function_call_arguments.done 0",
      "output_item.done 0 function_call completed",
      "output_item.added 1 function_call",
      'function_call_arguments.delta 1 "{\\"x\\":"',
      'function_call_arguments.delta 1 "1}"',
      "function_call_arguments.done 1",
      "output_item.done 1 function_call completed",
    ],
  },
  {
    name: "whole arguments end a call when the vendor goes on without saying so",
    events: [call("a", "f"), args("a", "{}"), call("b", "g"), args("b", "{}")],
    expected: [
      "output_item.added 0 function_call",
      'function_call_arguments.delta 0 "{}"',
      "function_call_arguments.done 0",
      "output_item.done 0 function_call completed",
      "output_item.added 1 function_call",
      'function_call_arguments.delta 1 "{}"',
      "function_call_arguments.done 1",
      "output_item.done 1 function_call completed",
    ],
  },
  {
    name: "text between the pieces of a call waits",
    events: [call("a", "f"), args("a", "{"), text("t"), args("a", "}"), done("a")],
    expected: [
      "output_item.added 0 function_call",
      'function_call_arguments.delta 0 "{"',
      'function_call_arguments.delta 0 "}"',
      "function_call_arguments.done 0",
      "output_item.done 0 function_call completed",
      "output_item.added 1 message",
      "content_part.added 1.0",
      'output_text.delta 1.0 "t"',
      "output_text.done 1.0",
      "content_part.done 1.0",
      "output_item.done 1 message completed",
    ],
  },
  {
    name: "hosted calls are open together and stream no arguments",
    events: [call("a", "search"), call("b", "search"), args("b", "{}"), args("a", "{}")],
    expected: [
      "output_item.added 0 file_search_call",
      "file_search_call.in_progress 0",
      "output_item.added 1 file_search_call",
      "file_search_call.in_progress 1",
      "file_search_call.completed 0",
      "output_item.done 0 file_search_call completed",
      "file_search_call.completed 1",
      "output_item.done 1 file_search_call completed",
    ],
  },
  {
    name: "refused and ignored calls show nothing",
    events: [call("a", "refuse"), args("a", "{}"), call("b", "ignore"), args("b", "{}"), done("b")],
    expected: [],
  },
  {
    name: "arguments of a call nobody made",
    events: [args("ghost", "{}"), done("ghost"), text("a")],
    expected: ["output_item.added 0 message", "content_part.added 0.0", 'output_text.delta 0.0 "a"', ...MESSAGE_END],
  },
  {
    name: "a call that was cut off, with another behind it",
    events: [call("a", "f"), args("a", '{"x'), call("b", "g")],
    options: { cut: true },
    expected: [
      "output_item.added 0 function_call",
      'function_call_arguments.delta 0 "{\\"x"',
      "function_call_arguments.done 0",
      "output_item.done 0 function_call incomplete",
    ],
  },
  {
    name: "a hosted call that was cut off is not run",
    events: [call("a", "search"), args("a", "{}"), done("a"), call("b", "search"), args("b", '{"que')],
    options: { cut: true },
    expected: [
      "output_item.added 0 file_search_call",
      "file_search_call.in_progress 0",
      "output_item.added 1 file_search_call",
      "file_search_call.in_progress 1",
      "output_item.done 1 file_search_call incomplete",
      "file_search_call.completed 0",
      "output_item.done 0 file_search_call completed",
    ],
  },
];

describe("the calls a model makes", () => {
  test.each(TRANSITIONS)("$name", expectTransition);

  test("a call id that is taken, empty or too long is replaced, and the call keeps its arguments", () => {
    const long = "x".repeat(65);
    const built = build(
      [
        call("used", "f"),
        args("used", "{}"),
        call("", "g"),
        args("", "{}"),
        call(long, "h"),
        args(long, "{}"),
        call("ok", "i"),
      ],
      { usedCallIds: ["used"] },
    );
    const ids = built.turn.transcript.map((item) => (item.type === "tool_call" ? item.callId : ""));
    expect(ids).toEqual([
      expect.stringMatching(/^call_/),
      expect.stringMatching(/^call_/),
      expect.stringMatching(/^call_/),
      "ok",
    ]);
    expect(new Set(ids).size).toBe(4);
  });

  test("the transcript holds everything the model did, in order, with refused calls and without ignored ones", () => {
    const { turn } = build([
      { type: "reasoning", text: "hm" },
      text("a"),
      call("c1", "search"),
      args("c1", '{"query":"q"}'),
      call("c2", "refuse"),
      call("c3", "ignore"),
    ]);
    expect(turn.transcript).toEqual([
      { type: "reasoning", text: "hm", summary: [], encryptedContent: null },
      { type: "message", role: "assistant", content: [{ type: "text", text: "a" }] },
      { type: "tool_call", callId: "c1", name: "search", arguments: '{"query":"q"}' },
      { type: "tool_call", callId: "c2", name: "refuse", arguments: "{}" },
    ]);
    expect(turn.calls.map((made) => [made.callId, made.refusal])).toEqual([
      ["c1", null],
      ["c2", "no"],
    ]);
    expect(turn.spoke).toBe(true);
  });
});
