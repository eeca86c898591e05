import { describe, expect, test } from "vitest";
import { isAppError, statusOf } from "#server/errors";
import { parseCreateResponse } from "#server/protocol/request";

/** What the request is refused with. */
function refusal(body: unknown): { code: string | null; param: string | null; message: string } {
  try {
    parseCreateResponse(body);
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(statusOf(error.code)).toBe(400);
    return { code: error.wireCode, param: error.param, message: error.message };
  }
  throw new Error("the request was accepted");
}

describe("what is refused", () => {
  const tool = (fields: object) => ({ input: "hi", tools: [{ type: "function", name: "f", ...fields }] });
  test.each<[unknown, string | null, string | null, string]>([
    [[], "invalid_type", null, "Invalid type for the request body: expected an object, but got an array instead."],
    [{}, "missing_required_parameter", "input", "Missing required parameter: 'input'."],
    [
      { input: 5 },
      "invalid_type",
      "input",
      "Invalid type for 'input': expected one of a string or an array of objects, but got an integer instead.",
    ],
    [
      { input: [{ role: "boss", content: "x" }] },
      "invalid_value",
      "input[0].role",
      "Invalid value: 'boss'. Supported values are: 'user', 'assistant', 'system', and 'developer'.",
    ],
    [
      { input: [{ role: "user" }] },
      "missing_required_parameter",
      "input[0].content",
      "Missing required parameter: 'input[0].content'.",
    ],
    [
      { input: [{ role: "user", content: [{ type: "input_sound" }] }] },
      "invalid_value",
      "input[0].content[0].type",
      "Invalid value: 'input_sound'. Supported values are: 'input_text', 'input_image', 'input_file', 'input_audio', 'output_text', 'refusal', and 'text'.",
    ],
    [
      { input: [{ type: "dance" }] },
      "invalid_value",
      "input[0].type",
      "Invalid value: 'dance'. Supported values are: 'message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output', 'reasoning', 'file_search_call', 'compaction', 'additional_tools', 'web_search_call', 'code_interpreter_call', 'image_generation_call', 'mcp_list_tools', 'mcp_call', 'mcp_approval_request', 'mcp_approval_response', 'computer_call', 'computer_call_output', 'local_shell_call', 'local_shell_call_output', 'shell_call', 'shell_call_output', 'apply_patch_call', 'apply_patch_call_output', 'tool_search_call', 'tool_search_output', 'program', 'program_output', 'item_reference', and 'compaction_trigger'.",
    ],
    [
      { input: [{ foo: 1 }] },
      "missing_required_parameter",
      "input[0].type",
      "Missing required parameter: 'input[0].type'.",
    ],
    [
      { input: ["x"] },
      "invalid_type",
      "input[0]",
      "Invalid type for 'input[0]': expected an object, but got a string instead.",
    ],
    [
      { input: [{ type: "function_call_output", call_id: "x".repeat(65), output: "" }] },
      "string_above_max_length",
      "input[0].call_id",
      "Invalid 'input[0].call_id': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    ],
    [
      { input: "hi", tools: [{ type: "fly" }] },
      "invalid_value",
      "tools[0].type",
      "Invalid value: 'fly'. Supported values are: 'function', 'custom', 'file_search', 'agentic_search', 'web_search', 'web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11', 'code_interpreter', 'image_generation', 'mcp', 'computer', 'computer_use_preview', 'local_shell', 'shell', 'apply_patch', 'tool_search', 'programmatic_tool_calling', 'namespace', 'rejoinder:tool', and 'think'.",
    ],
    [
      { input: "hi", tools: [{ type: "function" }] },
      "missing_required_parameter",
      "tools[0].name",
      "Missing required parameter: 'tools[0].name'.",
    ],
    [
      tool({ name: "" }),
      "empty_string",
      "tools[0].name",
      "Invalid 'tools[0].name': empty string. Expected a string with minimum length 1, but got an empty string instead.",
    ],
    [
      tool({ name: "a b" }),
      "invalid_value",
      "tools[0].name",
      "Invalid 'tools[0].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    ],
    [
      { input: "hi", tools: [{ type: "file_search" }] },
      "missing_required_parameter",
      "tools[0].vector_store_ids",
      "Missing required parameter: 'tools[0].vector_store_ids'.",
    ],
    [
      { input: "hi", tools: [{ type: "file_search", vector_store_ids: ["v"], max_num_results: 51 }] },
      "integer_above_max_value",
      "tools[0].max_num_results",
      "Invalid 'tools[0].max_num_results': integer above maximum value. Expected a value <= 50, but got 51 instead.",
    ],
    [
      { input: "hi", max_tool_calls: 0 },
      "integer_below_min_value",
      "max_tool_calls",
      "Invalid 'max_tool_calls': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      { input: "hi", max_output_tokens: 15 },
      "integer_below_min_value",
      "max_output_tokens",
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
    ],
    [
      { input: "hi", max_output_tokens: 20.5 },
      "invalid_type",
      "max_output_tokens",
      "Invalid type for 'max_output_tokens': expected an integer, but got a decimal instead.",
    ],
    [
      { input: "hi", temperature: 2.5 },
      "decimal_above_max_value",
      "temperature",
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
    ],
    [
      { input: "hi", temperature: "hot" },
      "invalid_type",
      "temperature",
      "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    ],
    [
      { input: "hi", reasoning: { effort: "huge" } },
      "invalid_value",
      "reasoning.effort",
      "Invalid value: 'huge'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'.",
    ],
    [
      { input: "hi", metadata: { a: "x".repeat(513) } },
      "string_above_max_length",
      "metadata.a",
      "Invalid 'metadata.a': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
    ],
    [
      { input: "hi", metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ""])) },
      "object_above_max_properties",
      "metadata",
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
    ],
    [
      { input: "hi", tool_choice: "maybe" },
      "invalid_value",
      "tool_choice",
      "Invalid value: 'maybe'. Supported values are: 'none', 'auto', and 'required'.",
    ],
    [
      { input: "hi", tool_choice: { type: "function" } },
      "missing_required_parameter",
      "tool_choice.name",
      "Missing required parameter: 'tool_choice.name'.",
    ],
    [
      { input: "hi", tool_choice: { type: "function", name: "f" } },
      null,
      "tool_choice",
      "Tool choice 'function' not found in 'tools' parameter.",
    ],
    [
      { ...tool({}), tool_choice: { type: "file_search" } },
      null,
      "tool_choice",
      "Tool choice 'file_search' not found in 'tools' parameter.",
    ],
    [
      { ...tool({}), tool_choice: { type: "allowed_tools", tools: [{ type: "function", name: "g" }] } },
      null,
      "tool_choice",
      "Tool choice 'function' not found in 'tools' parameter.",
    ],
    [
      { input: "hi", tool_choice: "required" },
      null,
      "tool_choice",
      "Tool choice 'required' must be specified with 'tools' parameter.",
    ],
    [
      {
        input: "hi",
        tools: [
          { type: "function", name: "f" },
          { type: "function", name: "f" },
        ],
      },
      "invalid_value",
      "tools[1].name",
      "Duplicate tool 'f'. Tool names must be unique.",
    ],
    [
      { input: "hi", text: { format: { type: "yaml" } } },
      "invalid_value",
      "text.format.type",
      "Invalid value: 'yaml'. Supported values are: 'text', 'json_object', and 'json_schema'.",
    ],
    [
      { input: "hi", include: ["everything"] },
      "invalid_value",
      "include[0]",
      "Invalid value: 'everything'. Supported values are: 'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', 'message.input_image.image_url', 'computer_call_output.output.image_url', 'code_interpreter_call.outputs', 'reasoning.encrypted_content', and 'message.output_text.logprobs'.",
    ],
  ])("%j", (...row) => {
    const [body, code, param, message] = row;
    expect(refusal(body)).toEqual({ code, param, message });
  });
});
