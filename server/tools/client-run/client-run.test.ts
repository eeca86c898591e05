import { describe, expect, test } from "vitest";
import type { VendorItem } from "#server/protocol/vendor-items";
import type { VendorTool } from "#server/protocol/vendor-tools";
import { clientRunTools } from "#server/tools/registry";

type Name = keyof typeof clientRunTools;

const written = (name: Name, args: unknown, tool: object = {}) =>
  clientRunTools[name].toFields(JSON.stringify(args), { type: name, ...tool } as VendorTool);

function item(type: VendorItem["type"], fields: object): VendorItem {
  return { type, id: "item_1", ...fields } as VendorItem;
}

const click = { type: "click", button: "left", x: 3, y: 4 };

describe("a call by a model that knows only functions", () => {
  test.each<[Name, unknown, object]>([
    [
      "local_shell",
      { command: ["ls"], working_directory: null },
      { action: { type: "exec", command: ["ls"], env: {}, timeout_ms: null, working_directory: null, user: null } },
    ],
    [
      "shell",
      { commands: ["ls", "pwd"], timeout_ms: 10.0 },
      { action: { commands: ["ls", "pwd"], timeout_ms: 10, max_output_length: null }, environment: null },
    ],
    [
      "apply_patch",
      { type: "delete_file", path: "a.txt", diff: "+left over" },
      { operation: { type: "delete_file", path: "a.txt" } },
    ],
    [
      "apply_patch",
      { type: "create_file", path: "a.txt", diff: "+hello" },
      { operation: { type: "create_file", path: "a.txt", diff: "+hello" } },
    ],
    [
      "computer",
      { actions: [{ type: "click", x: 2.6, y: 4, text: "not of a click" }, { type: "screenshot" }] },
      { actions: [click, { type: "screenshot" }], pending_safety_checks: [] },
    ],
    ["computer_use_preview", { action: { type: "click", x: 3, y: 4 } }, { action: click, pending_safety_checks: [] }],
    ["tool_search", { query: null }, { execution: "client", arguments: { query: null } }],
  ])("of %s has the fields of OpenAI's item", (name, args, fields) => {
    expect(written(name, args)).toEqual(fields);
  });

  test("of a shell whose environment is local says so", () => {
    expect(written("shell", { commands: ["ls"] }, { environment: { type: "local" } })).toMatchObject({
      environment: { type: "local" },
    });
  });

  test.each<[Name, unknown, string]>([
    ["shell", { commands: [] }, "commands"],
    ["apply_patch", { type: "update_file", path: "a" }, "diff: 'update_file' needs a diff"],
    ["computer", { actions: [{ type: "drag" }] }, "actions.0.path: 'drag' needs it"],
    ["computer_use_preview", { action: { type: "fly" } }, "action.type"],
    ["tool_search", [], "record"],
  ])("of %s that makes none is told what is wrong", (name, args, words) => {
    expect(() => written(name, args)).toThrow(words);
  });

  test("must be JSON", () => {
    expect(() => clientRunTools.shell.toFields("{", { type: "shell" })).toThrow("not valid JSON");
  });
});

describe("what came over the wire", () => {
  test.each<[Name, unknown]>([
    ["local_shell", { command: ["ls"], timeout_ms: 5, env: { A: "b" } }],
    ["shell", { commands: ["ls"], max_output_length: 10 }],
    ["apply_patch", { type: "update_file", path: "a", diff: "@@" }],
    ["computer", { actions: [click] }],
    ["computer_use_preview", { action: click }],
    ["tool_search", { query: "weather" }],
  ])("a call of %s is read as it was written", (name, args) => {
    const tool = clientRunTools[name];
    const call = tool.readCall(item(tool.callType, { call_id: "call_1", ...written(name, args) }));
    expect(call.callId).toBe("call_1");
    expect(JSON.parse(call.arguments)).toEqual(args);
  });

  test.each<[Name, object, unknown]>([
    ["local_shell", { output: '{"stdout":"a"}' }, '{"stdout":"a"}'],
    [
      "shell",
      {
        output: [
          { stdout: "a\n", stderr: "", outcome: { type: "exit", exit_code: 0 } },
          { stdout: "", stderr: "slow", outcome: { type: "timeout" } },
        ],
      },
      "Command 1: exit code 0\nstdout:\na\n\nCommand 2: stopped: its time was up\nstderr:\nslow",
    ],
    ["apply_patch", { status: "completed" }, "The patch was applied."],
    ["apply_patch", { status: "failed", output: "No such file" }, "The patch was not applied.\nNo such file"],
    [
      "computer",
      { output: { type: "computer_screenshot", image_url: "data:image/png;base64,AA==" } },
      [
        { type: "input_text", text: "The screen now:" },
        { type: "input_image", detail: "auto", image_url: "data:image/png;base64,AA==" },
      ],
    ],
    ["tool_search", { tools: [{ type: "function", name: "rain" }] }, "Found, and ready to be called: rain."],
  ])("an answer to %s is read", (name, fields, output) => {
    const tool = clientRunTools[name];
    expect(tool.readAnswer(item(tool.outputType, { call_id: "call_1", ...fields }))).toEqual({
      callId: "call_1",
      output,
    });
  });

  test("an answer of another shape is refused by name", () => {
    const wrong = item("computer_call_output", { call_id: "c", output: { type: "computer_screenshot" } });
    expect(() => clientRunTools.computer.readAnswer(wrong)).toThrow(
      "The item of type 'computer_call_output' does not fit: output: an image_url or a file_id is needed.",
    );
  });
});

describe("what a model is told", () => {
  const describeTool = (name: Name, tool: object = {}) =>
    clientRunTools[name].describe({ type: name, ...tool } as VendorTool, "tools[2]");

  test("are schemas without unions, which vendors understand differently", () => {
    for (const name of Object.keys(clientRunTools) as Name[]) {
      const { description, parameters } = describeTool(name);
      expect(description.length).toBeGreaterThan(40);
      expect(parameters).toMatchObject({ type: "object" });
      expect(JSON.stringify(parameters)).not.toMatch(/anyOf|oneOf|\$ref/);
    }
  });

  test("the client's own words and schema of a search, its skills, and its screen", () => {
    const parameters = { type: "object", properties: { goal: { type: "string" } } };
    expect(describeTool("tool_search", { execution: "client", description: "Look", parameters })).toEqual({
      description: "Look",
      parameters,
    });
    const skills = [{ name: "pdf", description: "Makes PDFs", path: "/skills/pdf" }];
    expect(describeTool("shell", { environment: { type: "local", skills } }).description).toContain(
      "- pdf (/skills/pdf): Makes PDFs",
    );
    const screen = { environment: "browser", display_width: 800, display_height: 600 };
    expect(describeTool("computer_use_preview", screen).description).toContain("'browser', its screen 800 by 600");
  });

  test("nothing of a shell in a container, which is refused", () => {
    expect(() => describeTool("shell", { environment: { type: "container_auto" } })).toThrow(
      expect.objectContaining({ code: "unsupported_parameter", param: "tools[2].environment" }),
    );
  });
});
