import { PIXEL } from "#tests/support/images";

/** A user's message as the Responses API shows it. */
export const user = (text: string) => ({ type: "message", role: "user", content: [{ type: "input_text", text }] });
/** An assistant's. */
export const said = (text: string) => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text, annotations: [] }],
});
export const call = { type: "function_call", call_id: "call_1", name: "look", arguments: '{"at":"map"}' };
export const custom = { type: "custom_tool_call", call_id: "call_2", name: "sql", input: "SELECT 1" };
const LABELS = { namespace: "maps", caller: { type: "program", caller_id: "prog_1" } };
const MARK = { prompt_cache_breakpoint: { mode: "explicit" } };
const text = (words: string) => ({ type: "input_text", text: words });
const csv = Buffer.from("Town;People\nUlm;many\n").toString("base64");
const csvText = '<file name="towns.csv">\nTown | People\nUlm | many\n</file>';
const chatCalls = (id: string, name: string, args: string) => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, type: "function", function: { name, arguments: args } }],
});

/** {@link call}, in chat completions. */
const chatCall = chatCalls("call_1", "look", '{"at":"map"}');

/** An input, and what a provider is shown of it: the messages of chat completions, the input of the Responses API. */
interface Shape {
  input: unknown;
  chat: unknown[];
  native: unknown[];
}

/** Every shape of input that clients send of their own. */
export const INPUT_SHAPES: Record<string, Shape> = {
  "a string": { input: "Hi", chat: [{ role: "user", content: "Hi" }], native: [user("Hi")] },
  "messages without a type, of every role, as text": {
    input: [
      { role: "system", content: "Be brief." },
      { role: "developer", content: "Be kind." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "And?" },
    ],
    chat: [
      { role: "system", content: "Be brief." },
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "And?" },
    ],
    native: [
      { ...user("Be brief."), role: "system" },
      { ...user("Be kind."), role: "developer" },
      user("Hi"),
      said("Hello."),
      user("And?"),
    ],
  },
  "easy messages with a type, as parts": {
    input: [
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "Look. " },
          { type: "text", text: "Well." },
          { type: "input_image", image_url: PIXEL, detail: "low" },
        ],
      },
    ],
    chat: [
      {
        role: "user",
        content: [
          { type: "text", text: "Look. " },
          { type: "text", text: "Well." },
          { type: "image_url", image_url: { url: PIXEL, detail: "low" } },
        ],
      },
    ],
    native: [
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "Look. " },
          { type: "input_text", text: "Well." },
          { type: "input_image", image_url: PIXEL, detail: "low" },
        ],
      },
    ],
  },
  "full messages, with ids of the client's own, a status, annotations and a refusal": {
    input: [
      { id: "msg_mine", status: "completed", ...user("Hi") },
      {
        type: "message",
        id: "msg_theirs",
        status: "incomplete",
        role: "assistant",
        content: [
          { type: "output_text", text: "Well. ", annotations: [], logprobs: [] },
          { type: "refusal", refusal: "No." },
        ],
      },
      { type: "message", id: null, role: "user", content: "Why?" },
    ],
    chat: [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Well. No." },
      { role: "user", content: "Why?" },
    ],
    native: [user("Hi"), said("Well. No."), user("Why?")],
  },
  "a function's output as text": {
    input: [
      { role: "user", content: "Look" },
      { ...call, id: "fc_mine", status: "completed" },
      { type: "function_call_output", call_id: "call_1", output: "a map" },
    ],
    chat: [{ role: "user", content: "Look" }, chatCall, { role: "tool", tool_call_id: "call_1", content: "a map" }],
    native: [user("Look"), call, { type: "function_call_output", call_id: "call_1", output: "a map" }],
  },
  "a function's output as parts": {
    input: [
      { role: "user", content: "Look" },
      call,
      {
        type: "function_call_output",
        id: "fco_mine",
        call_id: "call_1",
        output: [
          { type: "input_text", text: "a map" },
          { type: "input_image", image_url: PIXEL },
          { type: "input_file", file_data: csv, filename: "towns.csv" },
        ],
      },
    ],
    chat: [
      { role: "user", content: "Look" },
      chatCall,
      { role: "tool", tool_call_id: "call_1", content: `a map${csvText}` },
      { role: "user", content: [{ type: "image_url", image_url: { url: PIXEL, detail: "auto" } }] },
    ],
    native: [
      user("Look"),
      call,
      {
        type: "function_call_output",
        call_id: "call_1",
        output: [
          { type: "input_text", text: "a map" },
          { type: "input_image", image_url: PIXEL, detail: "auto" },
          { type: "input_text", text: csvText },
        ],
      },
    ],
  },
  "calls of custom tools with their outputs": {
    input: [
      { role: "user", content: "Count" },
      custom,
      { type: "custom_tool_call_output", call_id: "call_2", output: [{ type: "input_text", text: "one row" }] },
    ],
    chat: [
      { role: "user", content: "Count" },
      chatCalls("call_2", "sql", '{"input":"SELECT 1"}'),
      { role: "tool", tool_call_id: "call_2", content: "one row" },
    ],
    native: [user("Count"), custom, { type: "custom_tool_call_output", call_id: "call_2", output: "one row" }],
  },
  "calls and outputs that say who called what": {
    input: [
      { role: "user", content: "Look" },
      { ...call, ...LABELS },
      { type: "function_call_output", call_id: "call_1", output: "a map", name: "look", ...LABELS },
      { ...custom, caller: { type: "direct" } },
      { type: "custom_tool_call_output", call_id: "call_2", output: "one row", caller: { type: "direct" } },
    ],
    chat: [
      { role: "user", content: "Look" },
      chatCalls("call_1", "look", '{"at":"map"}'),
      { role: "tool", tool_call_id: "call_1", content: "a map" },
      chatCalls("call_2", "sql", '{"input":"SELECT 1"}'),
      { role: "tool", tool_call_id: "call_2", content: "one row" },
    ],
    native: [
      user("Look"),
      { ...call, ...LABELS },
      { type: "function_call_output", call_id: "call_1", output: "a map", name: "look", ...LABELS },
      { ...custom, caller: { type: "direct" } },
      { type: "custom_tool_call_output", call_id: "call_2", output: "one row", caller: { type: "direct" } },
    ],
  },
  "reasoning with content, with a summary, and with neither": {
    input: [
      { role: "user", content: "2 + 2?" },
      { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "Two and two." }] },
      { type: "reasoning", id: "rs_mine", summary: [{ type: "summary_text", text: "Added." }] },
      { type: "reasoning", summary: [], encrypted_content: null },
      call,
      { type: "function_call_output", call_id: "call_1", output: "4" },
    ],
    // Nobody but the one who encrypted it is shown reasoning, unless a server asks for it back.
    chat: [{ role: "user", content: "2 + 2?" }, chatCall, { role: "tool", tool_call_id: "call_1", content: "4" }],
    native: [
      user("2 + 2?"),
      {
        type: "reasoning",
        id: "rs_1",
        summary: [],
        content: [{ type: "reasoning_text", text: "Two and two." }],
      },
      call,
      { type: "function_call_output", call_id: "call_1", output: "4" },
    ],
  },
  "parts that end a prefix to be cached": {
    input: [
      { role: "developer", content: [{ ...text("Rules. "), ...MARK }, text("More.")] },
      {
        role: "user",
        content: [
          { type: "input_image", image_url: PIXEL, ...MARK },
          { type: "input_file", file_data: csv, filename: "towns.csv", detail: "low", ...MARK },
          { ...text("Hi"), prompt_cache_breakpoint: null },
        ],
      },
      call,
      { type: "function_call_output", call_id: "call_1", output: [{ ...text("a map"), ...MARK }] },
    ],
    chat: [
      {
        role: "system",
        content: [
          { type: "text", text: "Rules. ", ...MARK },
          { type: "text", text: "More." },
        ],
      },
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: PIXEL, detail: "auto" }, ...MARK },
          { type: "text", text: csvText, ...MARK },
          { type: "text", text: "Hi" },
        ],
      },
      chatCall,
      { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "a map", ...MARK }] },
    ],
    native: [
      { type: "message", role: "developer", content: [{ ...text("Rules. "), ...MARK }, text("More.")] },
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_image", image_url: PIXEL, detail: "auto", ...MARK },
          { ...text(csvText), ...MARK },
          text("Hi"),
        ],
      },
      call,
      { type: "function_call_output", call_id: "call_1", output: [{ ...text("a map"), ...MARK }] },
    ],
  },
  "messages with a phase": {
    input: [
      { role: "user", content: "Go" },
      { type: "message", role: "assistant", phase: "commentary", content: "I look it up." },
      { role: "assistant", phase: "final_answer", content: [{ type: "output_text", text: "Here." }] },
      { role: "user", content: "More" },
    ],
    chat: [
      { role: "user", content: "Go" },
      { role: "assistant", content: "I look it up." },
      { role: "assistant", content: "Here." },
      { role: "user", content: "More" },
    ],
    native: [
      user("Go"),
      { ...said("I look it up."), phase: "commentary" },
      { ...said("Here."), phase: "final_answer" },
      user("More"),
    ],
  },
};
