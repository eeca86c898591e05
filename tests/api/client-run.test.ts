import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Json, list, record } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { PIXEL } from "#tests/support/images";
import { askResponse, createNativeTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

// Tools of OpenAI's that the client runs, with models that know only functions.
const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createNativeTeam(server);
});
afterAll(() => team.close());

const post = (body: Json, headers = {}) =>
  askResponse({ server, key: team.key }, { model: team.model, ...body }, { headers });
const calls = (...made: [name: string, args: unknown][]) =>
  chatToolCalls(made.map(([name, args], index) => ({ id: `call_${index}`, name, arguments: JSON.stringify(args) })));
const lastSent = () => record(team.upstream.requests.at(-1)?.body);

describe("a tool that the client runs", () => {
  const tools = [{ type: "shell", environment: { type: "local" } }, { type: "apply_patch" }];

  it("is a function to the model, an item to the client, and goes on with the client's answer", async () => {
    team.upstream.script(
      calls(["shell", { commands: ["ls"] }], ["apply_patch", { type: "delete_file", path: "a" }]),
      chatText("Gone."),
      chatText("Bye."),
    );
    const streamed = await postResponse(
      { server, key: team.key },
      { model: team.model, input: "Tidy up", tools, tool_choice: { type: "shell" }, stream: true },
    );
    const events = eventsOf(await streamed.text());
    expect(brokenRules(events)).toEqual([]);
    expect(lastSent()).toMatchObject({
      tools: [{ function: { name: "shell" } }, { function: { name: "apply_patch" } }],
      tool_choice: { type: "function", function: { name: "shell" } },
    });
    const response = record(events.at(-1)?.response);
    const output = [
      {
        type: "shell_call",
        status: "completed",
        call_id: "call_0",
        action: { commands: ["ls"], timeout_ms: null, max_output_length: null },
        environment: { type: "local" },
      },
      {
        type: "apply_patch_call",
        status: "completed",
        call_id: "call_1",
        operation: { type: "delete_file", path: "a" },
      },
    ];
    expect(response).toMatchObject({ status: "completed", tools, tool_choice: { type: "shell" }, output });

    const stored = await team.client.responses.retrieve(String(response.id));
    expect(stored.output).toMatchObject(output);
    const input = [
      {
        type: "shell_call_output",
        call_id: "call_0",
        output: [{ stdout: "a\n", stderr: "", outcome: { type: "exit", exit_code: 0 } }],
      },
      { type: "apply_patch_call_output", call_id: "call_1", status: "completed" },
    ];
    const next = await post({ input, tools, previous_response_id: response.id });
    expect(next.body).toMatchObject({ status: "completed", output: [{ type: "message" }] });
    const messages = list(lastSent().messages);
    expect(messages).toMatchObject([
      { role: "user" },
      { role: "assistant", tool_calls: [{ function: { arguments: '{"commands":["ls"]}' } }, { id: "call_1" }] },
      { role: "tool", tool_call_id: "call_0", content: "Command 1: exit code 0\nstdout:\na" },
      { role: "tool", tool_call_id: "call_1", content: "The patch was applied." },
    ]);
    const items = await team.client.responses.inputItems.list(String(next.body.id), { order: "asc" });
    expect(items.data.map(({ type }) => type)).toContain("shell_call_output");
    expect((await post({ input: "Bye", previous_response_id: next.body.id })).status).toBe(200);
  });

  it("has the strict dialect's name there", async () => {
    team.upstream.script(calls(["shell", { commands: ["ls"] }]));
    const asked = { input: "Look", tools: [{ type: "openai:shell" }] };
    const { body } = await post(asked, { "openresponses-version": "latest" });
    expect(body).toMatchObject({ tools: [{ type: "openai:shell" }], output: [{ type: "openai:shell_call" }] });
  });

  it("shows the model the client's screen", async () => {
    team.upstream.script(calls(["computer", { actions: [{ type: "screenshot" }] }]), chatText("I see."));
    const screen = { tools: [{ type: "computer" }] };
    const first = await post({ ...screen, input: "Look" });
    expect(first.body.output).toMatchObject([
      { type: "computer_call", actions: [{ type: "screenshot" }], pending_safety_checks: [] },
    ]);
    const output = { type: "computer_screenshot", image_url: PIXEL };
    const input = [{ type: "computer_call_output", call_id: "call_0", output }];
    await post({ ...screen, input, previous_response_id: first.body.id });
    expect(list(lastSent().messages).slice(-2)).toMatchObject([
      { role: "tool", content: "The screen now:" },
      { role: "user", content: [{ type: "image_url", image_url: { url: PIXEL } }] },
    ]);
  });

  it("takes the output of a local shell by the call's id alone, as OpenAI's contract has it", async () => {
    team.upstream.script(calls(["local_shell", { command: ["ls"] }]), chatText("I see."));
    const local = { tools: [{ type: "local_shell" }] };
    const first = await post({ ...local, input: "Look" });
    const [call] = list(first.body.output).map(record);
    const input = [{ type: "local_shell_call_output", id: call?.id, output: "a.txt" }];
    const next = await post({ ...local, input, previous_response_id: first.body.id });
    expect(next.status).toBe(200);
    expect(list(lastSent().messages).at(-1)).toMatchObject({ role: "tool", tool_call_id: "call_0", content: "a.txt" });
  });
});

describe("a search for tools", () => {
  const rain = { type: "function", name: "rain", parameters: { type: "object" }, defer_loading: true };
  const names = () => list(lastSent().tools).map((tool) => record(record(tool).function).name);

  it("that the client runs gives the model what it finds", async () => {
    const tools = [{ type: "tool_search", execution: "client", description: "Find tools" }, rain];
    team.upstream.script(calls(["tool_search", { query: "weather" }]), calls(["sun", {}]));
    const first = await post({ input: "Will it rain?", tools });
    expect(names()).toEqual(["tool_search"]);
    expect(first.body.output).toMatchObject([
      { type: "tool_search_call", call_id: "call_0", execution: "client", arguments: { query: "weather" } },
    ]);
    const found = [rain, { type: "function", name: "sun", parameters: { type: "object" } }];
    const input = [{ type: "tool_search_output", call_id: "call_0", execution: "client", tools: found }];
    const next = await post({ input, tools, previous_response_id: first.body.id });
    expect(names()).toEqual(["tool_search", "rain", "sun"]);
    expect(next.body.output).toMatchObject([{ type: "function_call", name: "sun" }]);
  });

  it("that a provider would run leaves the model all tools at hand", async () => {
    team.upstream.script(chatText("No."));
    expect((await post({ input: "Rain?", tools: [{ type: "tool_search" }, rain] })).status).toBe(200);
    expect(names()).toEqual(["rain"]);
  });
});

describe("a request that cannot be served", () => {
  const output = (call_id: string) => ({ type: "apply_patch_call_output", call_id, status: "completed" });
  const call = (call_id: string) => ({
    type: "apply_patch_call",
    call_id,
    status: "completed",
    operation: { type: "delete_file", path: "a" },
  });

  it.each<[string, Json, { param: string; words: string }]>([
    ["an output without its call", { input: [output("c9")] }, { param: "input", words: "No tool call found" }],
    ["a call without an output", { input: [call("c9")] }, { param: "input", words: "No tool output found" }],
    [
      "an item of another shape",
      { input: [call("c1"), { ...output("c1"), status: "maybe" }] },
      { param: "input", words: "apply_patch_call_output" },
    ],
    [
      "a shell in a container",
      { input: "hi", tools: [{ type: "shell", environment: { type: "container_auto" } }] },
      { param: "tools[0].environment", words: "container" },
    ],
    [
      "a choice of a search that nobody runs",
      { input: "hi", tools: [{ type: "tool_search" }], tool_choice: { type: "tool_search" } },
      { param: "tool_choice", words: "'client'" },
    ],
    [
      "a found tool that no function is",
      {
        input: [
          { type: "tool_search_call", call_id: "c1", arguments: {} },
          { type: "tool_search_output", call_id: "c1", tools: [{ type: "web_search" }] },
        ],
      },
      { param: "input", words: "web_search" },
    ],
  ])("because of %s is refused before it runs", async (_name, body, { param, words }) => {
    const before = team.upstream.requests.length;
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ param, message: expect.stringContaining(words) });
    expect(team.upstream.requests).toHaveLength(before);
  });
});

describe("with a provider that knows such tools", () => {
  it("everything passes through as it is", async () => {
    const item = { type: "shell_call", call_id: "c1", status: "completed", action: { commands: ["ls"] } };
    team.upstream.script((exchange) => {
      exchange.json(200, { object: "response", status: "completed", output: [{ ...item, id: "sh_up" }] });
    });
    const tools = [{ type: "shell", environment: { type: "container_auto" } }];
    const { body } = await post({ model: "native/gpt-5", input: "Look", tools });
    expect(body.output).toMatchObject([item]);
    expect(lastSent().tools).toEqual(tools);
  });
});
