import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Json, list, record, text } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { startEverythingServer } from "#tests/support/everything-server";
import { startMcpServer } from "#tests/support/mcp-server";
import { approval, type McpTeam, ORDER, ordering, outputOf, startMcpTeam, typesOf } from "#tests/support/mcp-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

let at: McpTeam;
let team: McpTeam["team"];
let post: McpTeam["post"];
let messagesTo: McpTeam["messagesTo"];
let shop: McpTeam["shop"];
beforeAll(async () => {
  at = await startMcpTeam();
  ({ team, post, messagesTo, shop } = at);
});
afterAll(() => at.close());
beforeEach(() => at.forget());

/** A response that asks for approval, and the id of what it asks. */
async function askedFor(body: Json = {}): Promise<{ id: unknown; requestId: unknown }> {
  team.upstream.script(ordering("cake"));
  const answer = await post({ tools: [shop()], ...body });
  expect(answer.status).toBe(200);
  return { id: answer.body.id, requestId: outputOf(answer).at(-1)?.id };
}

describe("a tool that needs no approval", () => {
  const tools = () => [shop({ require_approval: "never" })];

  it("runs, with all its events, and goes on in later turns without a second list", async () => {
    team.upstream.script(ordering("cake"), chatText("Done."));
    const events = await at.stream({ tools: tools() });
    expect(brokenRules(events)).toEqual([]);
    expect(events.map(({ type }) => type.replace("response.", "")).slice(2, 13)).toEqual([
      ...["output_item.added", "mcp_list_tools.in_progress", "mcp_list_tools.completed", "output_item.done"],
      ...["output_item.added", "mcp_call.in_progress", "mcp_call_arguments.delta", "mcp_call_arguments.done"],
      ...["mcp_call.completed", "output_item.done", "output_item.added"],
    ]);
    const response = record(events.at(-1)?.response);
    expect(response).toMatchObject({
      status: "completed",
      tools: [{ server_url: `${at.peer.url}?api_key=[redacted]`, headers: null, require_approval: "never" }],
      output: [
        {
          type: "mcp_list_tools",
          server_label: "shop",
          tools: [
            { name: "order", input_schema: ORDER.inputSchema, annotations: { read_only: false } },
            { name: "look", annotations: { read_only: true } },
          ],
        },
        {
          type: "mcp_call",
          status: "completed",
          server_label: "shop",
          name: "order",
          arguments: '{"thing":"cake"}',
          output: '{"thing":"cake"}',
          error: null,
          approval_request_id: null,
        },
        { type: "message" },
      ],
    });
    const sent = record(team.upstream.requests[0]?.body);
    expect(list(sent.tools).map((tool) => record(record(tool).function))).toMatchObject([
      { name: "shop__order", description: "Orders a thing", parameters: ORDER.inputSchema },
      { name: "shop__look" },
    ]);
    expect(messagesTo(1).slice(-2)).toMatchObject([
      { role: "assistant", tool_calls: [{ function: { name: "shop__order" } }] },
      { role: "tool", content: '{"thing":"cake"}' },
    ]);
    expect(at.calls()[0]?.headers.authorization).toBe("Bearer canary-shop-token");
    expect(at.calls()[0]?.url).toBe("/mcp?api_key=canary-shop-key");
    team.upstream.script(chatText("Bye."));
    const next = await post({ input: "Thanks.", tools: tools(), previous_response_id: response.id });
    expect(typesOf(next)).toEqual(["message"]);
    expect(messagesTo(2).map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant", "user"]);
    expect(at.calls()).toHaveLength(1);
    expect(JSON.stringify([response, next.body])).not.toContain("canary");
    expect(await post({ tools: response.tools })).toMatchObject({ status: 400 });
  });

  it("speaks the strict dialect too", async () => {
    team.upstream.script(ordering("tea"), chatText("Done."));
    const events = await at.stream({ tools: tools() }, { "OpenResponses-Version": "latest" });
    expect(brokenRules(events)).toEqual([]);
    const types = events.map(({ type }) => type).filter((type) => type.includes("mcp"));
    expect(types).toHaveLength(6);
    expect(types.every((type) => type.startsWith("openai:response.mcp_") || type.startsWith("response.openai:"))).toBe(
      true,
    );
  });

  it("that fails tells the model, and the response goes on", async () => {
    at.peer.script.onCall = ({ result }) => result({ isError: true, content: [{ type: "text", text: "sold out" }] });
    team.upstream.script(ordering("cake"), chatText("Sorry."));
    const answer = await post({ tools: tools() });
    delete at.peer.script.onCall;
    expect(outputOf(answer)[1]).toMatchObject({
      ...{ type: "mcp_call", status: "failed", output: null },
      error: { type: "mcp_tool_execution_error", content: [{ type: "text", text: "sold out" }] },
    });
    expect(messagesTo(1).at(-1)).toMatchObject({ role: "tool", content: "The tool failed: sold out" });
  });

  it("runs beside a client's function, which ends the response, and no more often than it may", async () => {
    const call = (id: string, name = "shop__order") => ({ id, name, arguments: '{"thing":"tea"}' });
    team.upstream.script(chatToolCalls([call("a"), call("c9", "mine"), call("b")]));
    const mine = { type: "function", name: "mine", parameters: { type: "object", properties: {} } };
    const answer = await post({ tools: [...tools(), mine], max_tool_calls: 1 });
    expect(typesOf(answer)).toEqual(["mcp_list_tools", "mcp_call", "function_call"]);
    expect(answer.body.status).toBe("completed");
    expect(at.calls()).toHaveLength(1);
  });

  it("runs once in the background, and leaves no credential in the database", async () => {
    team.upstream.script(ordering("cake"), chatText("Done."));
    const queued = await post({ tools: tools(), background: true });
    await expect
      .poll(async () => (await team.client.responses.retrieve(text(queued.body.id))).status, { timeout: 20_000 })
      .toBe("completed");
    expect(at.calls()).toHaveLength(1);
    await expect.poll(() => at.tracedRequests()).toBeGreaterThan(0);
    expect(JSON.stringify(await at.kept())).not.toContain("canary");
    expect(at.server.output()).not.toContain("canary");
  });
});

describe("several servers, or several responses", () => {
  it("whose tools have one name are told apart, and a tool that is gone fails its call alone", async () => {
    const other = await startMcpServer({ tools: [ORDER], onCall: ({ error }) => error(-32602, "Unknown tool: order") });
    const call = (id: string, name: string) => ({ id, name, arguments: '{"thing":"tea"}' });
    team.upstream.script(
      chatToolCalls([call("a", "cafe__order"), call("b", "shop__order"), call("c", "shop__secret")]),
      chatText("Done."),
    );
    const cafe = { server_label: "cafe", server_url: other.url, require_approval: "never" };
    const answer = await post({ tools: [shop({ require_approval: "never" }), shop(cafe)] });
    await other.close();
    expect(outputOf(answer).slice(2, 4)).toMatchObject([
      { server_label: "cafe", status: "failed", error: { type: "mcp_protocol_error", code: -32602 } },
      { server_label: "shop", status: "completed" },
    ]);
    expect(messagesTo(1).at(-1)?.content).toContain("There is no tool named 'shop__secret'.");
  });

  it("call at the same time over one session, each call once and under an id of its own", async () => {
    const things = Array.from({ length: 5 }, () => "tea");
    team.upstream.setDefault((exchange) => {
      const isFirst = !JSON.stringify(exchange.body).includes('"role":"tool"');
      return (isFirst ? ordering(...things) : chatText("Done."))(exchange);
    });
    const tools = [shop({ require_approval: "never", headers: { "x-run": "parallel-run" } })];
    const answers = await Promise.all(Array.from({ length: 20 }, () => post({ tools })));
    team.upstream.setDefault(chatText("Hello."));
    expect(answers.every(({ body }) => body.status === "completed")).toBe(true);
    expect(new Set(at.calls().map(({ id }) => id)).size).toBe(100);
    expect(at.calls()).toHaveLength(100);
    expect(at.peer.messages.filter(({ method }) => method === "initialize")).toHaveLength(1);
  });
});

describe("a tool that needs approval", () => {
  it("is asked for, runs once when it is approved, and never again for the same approval", async () => {
    const { id, requestId } = await askedFor();
    expect(at.calls()).toHaveLength(0);
    const body = { tools: [shop()], previous_response_id: id, input: [approval(requestId)] };
    team.upstream.script(chatText("Done."));
    const run = await post(body);
    expect(outputOf(run)).toMatchObject([
      { type: "mcp_call", status: "completed", approval_request_id: requestId, output: '{"thing":"cake"}' },
      { type: "message" },
    ]);
    expect(messagesTo(1).slice(-2)).toMatchObject([
      { role: "assistant", tool_calls: [{ id: requestId, function: { name: "shop__order" } }] },
      { role: "tool", content: '{"thing":"cake"}' },
    ]);
    const again = [body, { ...body, background: true }, { ...body, previous_response_id: run.body.id }];
    for (const repeated of again) {
      const refused = await post(repeated);
      expect([refused.status, record(refused.body.error).param]).toEqual([400, "input"]);
    }
    expect(at.calls()).toHaveLength(1);
    const { data } = await team.client.responses.inputItems.list(text(run.body.id), { order: "asc" });
    const before = ["message", "mcp_list_tools", "mcp_approval_request", "mcp_approval_response"];
    expect(data.map(({ type }) => type)).toEqual(before);
  });

  it("is not run when it is denied, and the model is told why", async () => {
    const { id, requestId } = await askedFor();
    team.upstream.script(chatText("I did not."));
    const denied = { ...approval(requestId, false), reason: "too sweet" };
    const answer = await post({ tools: [shop()], previous_response_id: id, input: [denied] });
    expect(typesOf(answer)).toEqual(["message"]);
    expect(messagesTo(1).at(-1)?.content).toContain("Reason: too sweet");
    expect(at.calls()).toHaveLength(0);
  });

  it("goes on in a conversation", async () => {
    const conversation = await team.client.conversations.create();
    const { requestId } = await askedFor({ conversation: conversation.id });
    team.upstream.script(chatText("Done."), chatText("Bye."));
    const input = [approval(requestId), { role: "user", content: "And be quick." }];
    await post({ tools: [shop()], conversation: conversation.id, input });
    await post({ tools: [shop()], conversation: conversation.id, input: "Thanks." });
    expect(messagesTo(2).map(({ role }) => role)).toEqual(["user", "assistant", "tool", "user", "assistant", "user"]);
    expect(at.calls()).toHaveLength(1);
  });

  it("works for a client that keeps the conversation itself", async () => {
    team.upstream.script(ordering("cake"), chatText("Done."));
    const asked = await post({ tools: [shop()], store: false });
    const input = [{ role: "user", content: "Order cake." }, ...outputOf(asked), approval(outputOf(asked)[1]?.id)];
    const run = await post({ tools: [shop()], store: false, input });
    expect(typesOf(run)).toEqual(["mcp_call", "message"]);
    expect((await post({ tools: [shop()], store: false, input })).status).toBe(400);
  });

  it("cannot be approved from elsewhere, nor without its server", async () => {
    const { id, requestId } = await askedFor();
    const answer = { tools: [shop()], input: [approval(requestId)] };
    for (const [body, by] of [
      [answer, team],
      [answer, at.stranger],
      [{ ...answer, previous_response_id: id }, at.stranger],
      [{ ...answer, previous_response_id: id, tools: [] }, team],
      [{ ...answer, previous_response_id: id, input: [approval("mcpr_unknown")] }, team],
      [{ ...answer, previous_response_id: id, tools: [shop({ allowed_tools: ["look"] })] }, team],
    ] as const) {
      expect((await post(body, by)).status).toBe(400);
    }
    expect(at.calls()).toHaveLength(0);
  });

  it("is decided for each tool", async () => {
    const rule = { require_approval: { never: { read_only: true } }, allowed_tools: { tool_names: ["look", "order"] } };
    team.upstream.script(
      chatToolCalls([
        { id: "a", name: "shop__order", arguments: '{"thing":"tea"}' },
        { id: "b", name: "shop__look", arguments: "{}" },
      ]),
    );
    const answer = await post({ tools: [shop(rule)] });
    expect(typesOf(answer)).toEqual(["mcp_list_tools", "mcp_call", "mcp_approval_request"]);
    expect(at.calls().map(({ params }) => params.name)).toEqual(["look"]);
  });
});

describe("what is refused before anything runs", () => {
  const choice = { type: "mcp", server_label: "shop", name: "x" };
  const connector = { type: "mcp", server_label: "x", connector_id: "connector_gmail" };
  it.each<[string, () => Json, [number, string]]>([
    ["a server that is not there", () => ({ tools: [shop({ server_url: "http://127.0.0.1:9/" })] }), [424, "tools"]],
    ["an address inside", () => ({ tools: [shop({ server_url: "http://10.0.0.5/" })] }), [400, "tools[0].server_url"]],
    ["a connector", () => ({ tools: [connector] }), [400, "tools[0].connector_id"]],
    ["a label that is none", () => ({ tools: [shop({ server_label: "a b" })] }), [400, "tools[0].server_label"]],
    ["a rule that is none", () => ({ tools: [shop({ require_approval: "x" })] }), [400, "tools[0].require_approval"]],
    ["a choice of no tool", () => ({ tools: [shop()], tool_choice: choice }), [400, "tool_choice"]],
  ])("%s", async (_, body, expected) => {
    const answer = await post(body());
    expect([answer.status, record(answer.body.error).param]).toEqual(expected);
    expect(team.upstream.requests).toHaveLength(0);
  });
});

describe.each(["streamableHttp", "sse"] as const)("MCP's own test server over %s", (transport) => {
  it("lists its tools and answers", async () => {
    const everything = await startEverythingServer(transport);
    try {
      const call = (id: string, name: string, args: object) => ({
        ...{ id, name: `all__${name}` },
        arguments: JSON.stringify(args),
      });
      team.upstream.script(
        chatToolCalls([
          call("a", "echo", { message: "hi" }),
          call("b", "get-sum", { a: 2, b: 3 }),
          call("c", "get-tiny-image", {}),
        ]),
        chatText("Done."),
      );
      const tool = { type: "mcp", server_label: "all", server_url: everything.url, require_approval: "never" };
      const answer = await post({ tools: [tool] });
      expect(answer.status).toBe(200);
      const [listed, ...calls] = outputOf(answer);
      expect(list(listed?.tools).length).toBeGreaterThan(8);
      expect(calls.slice(0, 3)).toMatchObject([
        { status: "completed", output: expect.stringContaining("hi") },
        { status: "completed", output: expect.stringContaining("5") },
        { status: "completed", output: expect.stringContaining("[Image: image/png, ") },
      ]);
    } finally {
      await everything.stop();
    }
  });
});
