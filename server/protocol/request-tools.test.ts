import { describe, expect, test } from "vitest";
import { RequestProblem } from "#server/protocol/problem";
import { parseCreateResponse } from "#server/protocol/request";

const input = (item: unknown) => parseCreateResponse({ input: [item] }).input;

/** The field at fault in a request that is refused. */
function refusal(body: unknown): { param: string | null } {
  try {
    parseCreateResponse(body);
  } catch (error) {
    if (error instanceof RequestProblem) return { param: error.param };
    throw error;
  }
  throw new Error("the request was accepted");
}

describe("tools that are not functions", () => {
  const parse = (body: object) => parseCreateResponse({ input: "hi", ...body });

  test("custom tools get text as their format", () => {
    const grammar = { type: "grammar", syntax: "lark", definition: 'start: "a"' };
    expect(
      parse({
        tools: [
          { type: "custom", name: "a" },
          { type: "custom", name: "b", format: grammar },
        ],
      }).tools,
    ).toEqual([
      { type: "custom", name: "a", format: { type: "text" } },
      { type: "custom", name: "b", format: grammar },
    ]);
    expect(
      refusal({ input: "hi", tools: [{ type: "custom", name: "a", format: { type: "grammar", syntax: "ebnf" } }] }),
    ).toMatchObject({
      param: "tools[0].format.syntax",
    });
  });

  test("a vendor's tools keep all their fields", () => {
    const tools = [
      { type: "web_search", search_context_size: "low" },
      { type: "mcp", server_label: "a", server_url: "https://a.example", require_approval: "never" },
      { type: "mcp", server_label: "b", server_url: "https://b.example" },
    ];
    expect(parse({ tools }).tools).toEqual(tools);
    expect(parse({ tools, tool_choice: { type: "openai:web_search" } }).toolChoice).toEqual({ type: "web_search" });
    const allowed = { type: "allowed_tools", tools: [{ type: "mcp", server_label: "b" }] };
    expect(parse({ tools, tool_choice: allowed }).toolChoice).toEqual({ ...allowed, mode: "auto" });
    expect(refusal({ input: "hi", tools, tool_choice: { type: "mcp", server_label: "c" } })).toMatchObject({
      param: "tool_choice",
    });
  });

  test("a namespace is known by its name, and must say what is in it", () => {
    const space = (name: string) => ({
      type: "namespace",
      name,
      description: "d",
      tools: [{ type: "custom", name: "f" }],
    });
    const tools = [space("crm"), space("erp"), { type: "programmatic_tool_calling" }];
    expect(parse({ tools }).tools).toEqual(tools);
    const allowed = { type: "allowed_tools", tools: [{ type: "namespace", name: "erp" }], mode: "auto" };
    expect(parse({ tools, tool_choice: allowed }).toolChoice).toEqual(allowed);
    const unknown = { type: "namespace", name: "cms" };
    expect(refusal({ input: "hi", tools, tool_choice: unknown })).toMatchObject({ param: "tool_choice" });
    expect(refusal({ input: "hi", tools: [space("crm"), space("crm")] })).toMatchObject({ param: "tools[1].name" });
    expect(refusal({ input: "hi", tools: [{ ...space("crm"), tools: [{ type: "mcp" }] }] })).toMatchObject({
      param: "tools[0].tools[0].type",
    });
  });

  test("labels of calls and outputs are kept, those without a value are not", () => {
    const caller = { type: "program", caller_id: "prog_1" };
    const kept = [
      { type: "function_call", call_id: "c1", name: "f", arguments: "{}", namespace: "crm", caller },
      { type: "function_call_output", call_id: "c1", output: "1", name: "f", namespace: "crm", caller },
      {
        type: "custom_tool_call",
        call_id: "c2",
        name: "sql",
        input: "x",
        namespace: "crm",
        caller: { type: "direct" },
      },
      { type: "custom_tool_call_output", call_id: "c2", output: "2", caller },
    ];
    expect(parse({ input: kept }).input).toEqual(kept.map((item) => ({ id: null, status: "completed", ...item })));
    const bare = { type: "function_call", call_id: "c1", name: "f", arguments: "{}" };
    expect(input({ ...bare, namespace: null, caller: null })).toEqual([{ id: null, status: "completed", ...bare }]);
    expect(refusal({ input: [{ ...bare, caller: { type: "program" } }] })).toMatchObject({
      param: "input[0].caller.caller_id",
    });
  });

  test("their items come back with all fields but our own", () => {
    const call = { type: "openai:mcp_call", id: "mcp_1", server_label: "a", name: "f", arguments: "{}", output: "x" };
    expect(input({ ...call, upstream: { host: "evil", id: "x" } })).toEqual([{ ...call, type: "mcp_call" }]);
    expect(input({ type: "custom_tool_call", call_id: "c", name: "sql", input: "SELECT" })).toEqual([
      { type: "custom_tool_call", id: null, status: "completed", call_id: "c", name: "sql", input: "SELECT" },
    ]);
  });
});
