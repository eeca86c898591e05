import {
  Agent,
  applyDiff,
  applyPatchTool,
  computerTool,
  OpenAIResponsesModel,
  run,
  setTracingDisabled,
  shellTool,
} from "@openai/agents";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PIXEL } from "#tests/support/images";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

// What OpenAI's own SDKs do at the client's side, with a model that knows only functions.
const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  setTracingDisabled(true);
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const calling = (name: string, args: unknown) =>
  chatToolCalls([{ id: `call_${name}`, name, arguments: JSON.stringify(args) }]);

describe("@openai/agents", () => {
  it("runs shell commands and patches that the model asks for", async () => {
    const files = new Map([["greet.txt", "one\nHi\nthree\n"]]);
    const shell = shellTool({
      shell: {
        run: async ({ commands }) => ({
          output: commands.map(() => ({
            stdout: [...files.keys()].join("\n"),
            stderr: "",
            outcome: { type: "exit" as const, exitCode: 0 },
          })),
        }),
      },
    });
    const patch = applyPatchTool({
      editor: {
        createFile: async ({ path, diff }) => void files.set(path, applyDiff("", diff, "create")),
        updateFile: async ({ path, diff }) => void files.set(path, applyDiff(files.get(path) ?? "", diff)),
        deleteFile: async ({ path }) => void files.delete(path),
      },
    });
    const agent = new Agent({
      name: "Coder",
      model: new OpenAIResponsesModel(team.client, team.model),
      tools: [shell, patch],
    });
    for (const stream of [false, true]) {
      files.set("greet.txt", "one\nHi\nthree\n");
      team.upstream.script(
        calling("shell", { commands: ["ls"] }),
        calling("apply_patch", { type: "update_file", path: "greet.txt", diff: "@@\n one\n-Hi\n+Hello\n three" }),
        chatText("Done."),
      );
      const result = stream ? await run(agent, "Greet", { stream }) : await run(agent, "Greet", { stream });
      if ("completed" in result) await result.completed;
      expect(result.finalOutput).toBe("Done.");
      expect(files.get("greet.txt")).toBe("one\nHello\nthree\n");
      expect(JSON.stringify(team.upstream.requests.at(-1)?.body.messages)).toContain("greet.txt");
    }
  });

  it("uses a computer, and shows the model its screen", async () => {
    const done: string[] = [];
    const note = (name: string) => async () => void done.push(name);
    const computer = computerTool({
      computer: {
        environment: "browser",
        dimensions: [800, 600],
        screenshot: async () => PIXEL.slice(PIXEL.indexOf(",") + 1),
        click: note("click"),
        doubleClick: note("doubleClick"),
        scroll: note("scroll"),
        type: note("type"),
        wait: note("wait"),
        move: note("move"),
        keypress: note("keypress"),
        drag: note("drag"),
      },
    });
    const agent = new Agent({
      name: "Clicker",
      model: new OpenAIResponsesModel(team.client, team.model),
      tools: [computer],
    });
    const click = { type: "click", x: 3, y: 4 };
    team.upstream.script((exchange) => {
      const [tool] = exchange.body.tools as { function: { name: string } }[];
      const name = tool?.function.name ?? "";
      return calling(name, name === "computer" ? { actions: [click] } : { action: click })(exchange);
    }, chatText("Clicked."));
    const result = await run(agent, "Click it");
    expect(result.finalOutput).toBe("Clicked.");
    expect(done).toEqual(["click"]);
    expect(JSON.stringify(team.upstream.requests.at(-1)?.body.messages)).toContain(PIXEL);
  });
});

describe("openai", () => {
  const tools = [{ type: "shell" as const, environment: { type: "local" as const } }];

  it.each(["builtin/demo", "scripted"])("streams a call, and carries its output on: %s", async (model) => {
    const named = model === "scripted" ? team.model : model;
    team.upstream.script(calling("shell", { commands: ["ls"] }), chatText("There is a.txt."));
    const stream = team.client.responses.stream({
      model: named,
      input: "shell: ls",
      tools,
      tool_choice: { type: "shell" },
    });
    const types: string[] = [];
    stream.on("event", ({ type }) => types.push(type));
    const asked = await stream.finalResponse();
    const [call] = asked.output.filter((item) => item.type === "shell_call");
    expect(call?.action.commands.length).toBeGreaterThan(0);
    expect(types).toContain("response.shell_call_command.done");
    const answered = await team.client.responses.create({
      model: named,
      previous_response_id: asked.id,
      tools,
      input: [
        {
          type: "shell_call_output",
          call_id: call?.call_id ?? "",
          output: [{ stdout: "a.txt", stderr: "", outcome: { type: "exit", exit_code: 0 } }],
        },
      ],
    });
    expect(answered.output_text).toContain("a.txt");
  });
});
