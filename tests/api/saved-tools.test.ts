import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Json, list, record, text } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import { approval, type McpTeam, ordering, outputOf, startMcpTeam, typesOf } from "#tests/support/mcp-team";
import { keyWithTools, type Site, saveTools, startSite } from "#tests/support/saved-tools";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const CANARY = "canary-saved-secret-0123456789";

let at: McpTeam;
let site: Site;

beforeAll(async () => {
  at = await startMcpTeam();
  site = await startSite();
  await saveTools(at, site, CANARY);
});
afterAll(async () => {
  await site.close();
  await at.close();
});
beforeEach(() => {
  at.forget();
  site.requests.length = 0;
  site.answer = null;
});

const SAVED = { type: "rejoinder:tool", name: "get_order" };
const toCall = (name: string, args: object = { id: "7" }) =>
  chatToolCalls([{ id: "c1", name, arguments: JSON.stringify(args) }]);

function toolsShown(index = 0): string[] {
  return list(record(at.team.upstream.requests[index]?.body).tools).map((tool) =>
    text(record(record(tool).function).name),
  );
}

describe("a saved function", () => {
  it("runs once, as a call of the server rejoinder, for the openai client", async () => {
    at.team.upstream.script(toCall("get_order"), chatText("Done."));
    const stream = at.team.client.responses.stream({
      ...{ model: at.team.model, input: "Get it.", tools: [SAVED as never as OpenAI.Responses.Tool] },
    });
    const events: string[] = [];
    for await (const event of stream) events.push(event.type);
    expect(events.filter((type) => type.includes("mcp_call"))).toEqual([
      ...["response.mcp_call.in_progress", "response.mcp_call_arguments.delta", "response.mcp_call_arguments.done"],
      "response.mcp_call.completed",
    ]);
    const response = await stream.finalResponse();
    expect(response.output).toMatchObject([
      {
        ...{ type: "mcp_call", status: "completed", server_label: "rejoinder", name: "get_order", error: null },
        ...{ arguments: '{"id":"7"}', output: JSON.stringify({ sent: '{"id":"7"}' }), approval_request_id: null },
      },
      { type: "message" },
    ]);
    expect(response.tools).toEqual([SAVED]);
    expect(site.requests).toMatchObject([
      { method: "POST", url: "/orders", headers: { authorization: `Bearer ${CANARY}` }, body: '{"id":"7"}' },
    ]);
    expect(toolsShown()).toEqual(["get_order"]);
    expect(at.messagesTo(1).at(-1)).toMatchObject({ role: "tool", content: response.output[0] && expect.any(String) });

    at.team.upstream.script(chatText("As before."));
    await at.post({ previous_response_id: response.id, input: "And?" });
    const told = at.messagesTo(2).flatMap(({ tool_calls: calls }) => list(calls).map(record));
    expect(told.map((call) => record(call.function).name)).toEqual(["get_order"]);
  });

  it("has the strict dialect's names, by which it can be sent again", async () => {
    at.team.upstream.script(toCall("get_order"), chatText("Done."), chatText("Again."));
    const strict = { "openresponses-version": "latest" };
    const events = await at.stream({ tools: [SAVED], store: false }, strict);
    expect(brokenRules(events)).toEqual([]);
    expect(events.map(({ type }) => type).filter((type) => type.startsWith("rejoinder:"))).toEqual([
      ...["rejoinder:response.tool_call.in_progress", "rejoinder:response.tool_call_arguments.delta"],
      ...["rejoinder:response.tool_call_arguments.done", "rejoinder:response.tool_call.completed"],
    ]);
    const response = record(events.at(-1)?.response);
    expect(response.tools).toEqual([SAVED]);
    const [call] = list(response.output).map(record);
    expect(call).toMatchObject({ type: "rejoinder:tool_call", name: "get_order", status: "completed" });
    const again = await at.post({ input: [{ role: "user", content: "Get it." }, call], tools: [SAVED] });
    expect(again.status).toBe(200);
    expect(at.messagesTo(2).at(-1)).toMatchObject({ role: "tool", content: call?.output });
  });

  it("is found by Masaic's form, under an alias, beside a place to think", async () => {
    at.team.upstream.script(
      chatToolCalls([
        { id: "c1", name: "order_desk", arguments: '{"id":"1"}' },
        { id: "c2", name: "think", arguments: '{"thought":"Hm."}' },
      ]),
      chatText("Done."),
    );
    const tool = { type: "get_order", alias: "order_desk", alias_description: "Asks the desk" };
    const answer = await at.post({ tools: [tool, { type: "think" }], tool_choice: { type: "get_order" } });
    expect(outputOf(answer)).toMatchObject([
      { type: "mcp_call", server_label: "rejoinder", name: "get_order" },
      { type: "mcp_call", server_label: "rejoinder", name: "think", output: "Your thought has been logged." },
      { type: "message" },
    ]);
    expect(answer.body.tools).toEqual([
      { type: "rejoinder:tool", name: "get_order", alias: "order_desk", alias_description: "Asks the desk" },
      { type: "think" },
    ]);
    expect(toolsShown()).toEqual(["order_desk", "think"]);
    expect(record(at.team.upstream.requests[0]?.body).tool_choice).toMatchObject({ function: { name: "order_desk" } });
  });

  it("that fails tells the model, and the response goes on", async () => {
    site.answer = () => ({ status: 503, body: `down, says Bearer ${CANARY}` });
    at.team.upstream.script(toCall("get_order"), chatText("Sorry."));
    const answer = await at.post({ tools: [SAVED] });
    expect(answer.body.status).toBe("completed");
    const message = "The server answered 503: down, says [redacted]";
    expect(outputOf(answer)[0]).toMatchObject({ status: "failed", error: { type: "http_error", code: 503, message } });
    expect(at.messagesTo(1).at(-1)).toMatchObject({ role: "tool", content: `The tool failed: ${message}` });
    expect(site.requests).toHaveLength(1);
  });

  it("is not run again where it redirects", async () => {
    site.answer = () => ({ status: 307, body: "" });
    at.team.upstream.script(toCall("get_order"), chatText("Sorry."));
    expect(outputOf(await at.post({ tools: [SAVED] }))[0]).toMatchObject({ status: "failed", error: { code: 307 } });
    expect(site.requests).toHaveLength(1);
  });

  it("gives the model the beginning of a long answer, and the trace all of it", async () => {
    site.answer = () => ({ status: 200, body: `${"long ".repeat(30_000)}end` });
    at.team.upstream.script(toCall("get_order"), chatText("Done."));
    const answer = await at.post({ tools: [SAVED] });
    const output = text(outputOf(answer)[0]?.output);
    expect(output).toMatch(/\[Cut: these are the first 100000 of 150003 characters.\]$/);
    const whole = "SELECT 1 FROM trace_payload WHERE team_id = $1 AND body::text LIKE '%wholeOutput%long end%'";
    await eventually(async () => expect(await query(at.server, whole, [at.team.teamId])).toHaveLength(1));
  });

  it("waits for approval where its settings say so", async () => {
    at.team.upstream.script(toCall("cancel_order", { id: "9" }), chatText("Gone."));
    const tools = [{ type: "rejoinder:tool", name: "cancel_order" }];
    const asked = await at.post({ tools });
    expect(typesOf(asked)).toEqual(["mcp_approval_request"]);
    expect(outputOf(asked)[0]).toMatchObject({
      server_label: "rejoinder",
      name: "cancel_order",
      arguments: '{"id":"9"}',
    });
    expect(site.requests).toHaveLength(0);
    const input = [approval(outputOf(asked)[0]?.id)];
    const done = await at.post({ tools, input, previous_response_id: asked.body.id });
    expect(outputOf(done)[0]).toMatchObject({ type: "mcp_call", approval_request_id: outputOf(asked)[0]?.id });
    expect(site.requests).toMatchObject([{ url: `/cancel/9?key=${CANARY}` }]);
  });
});

describe("a saved server", () => {
  it("is asked with its credentials, by its rules", async () => {
    at.team.upstream.script(toCall("shop__look", {}), chatText("Done."));
    const answer = await at.post({ tools: [{ type: "mcp", server_label: "shop" }] });
    expect(typesOf(answer)).toEqual(["mcp_list_tools", "mcp_call", "message"]);
    expect(at.calls()[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
    expect(answer.body.tools).toEqual([
      {
        ...{ type: "mcp", server_label: "shop", headers: null, allowed_tools: null },
        require_approval: { always: { tool_names: ["order"] }, never: { tool_names: ["look"] } },
      },
    ]);
  });

  it.each([
    { label: "shop", require_approval: "never", type: "mcp_approval_request" },
    { label: "open", require_approval: "always", type: "mcp_approval_request" },
    { label: "open", require_approval: null, type: "mcp_call" },
  ])("is asked about a call where it or the request says so: $label, $require_approval", async (one) => {
    const { label, require_approval, type } = one;
    const order = toCall(`${label}__order`, { thing: "cake" });
    at.team.upstream.script(order, ...(type === "mcp_call" ? [chatText("Done.")] : []));
    const answer = await at.post({ tools: [{ type: "mcp", server_label: label, require_approval }] });
    expect(typesOf(answer)[1]).toBe(type);
  });

  it("shows only tools that both allow", async () => {
    at.team.upstream.script(chatText("None."));
    await at.post({ tools: [{ type: "mcp", server_label: "open", allowed_tools: ["look", "order"] }] });
    expect(toolsShown()).toEqual(["open__order"]);
  });

  it("is found by the other forms, too", async () => {
    at.team.upstream.script(chatText("None."));
    const answer = await at.post({ tools: [{ type: "rejoinder:tool", name: "shop" }, { type: "open" }] });
    expect(list(answer.body.tools).map((tool) => record(tool).server_label)).toEqual(["shop", "open"]);
    expect(toolsShown()).toEqual(["shop__order", "shop__look", "open__order"]);
  });

  it("goes by its name only where the request gives no address", async () => {
    at.team.upstream.script(ordering("cake"), chatText("Done."));
    await at.post({ tools: [at.shop({ require_approval: "never" })] });
    expect(at.calls()[0]?.headers.authorization).toBe("Bearer canary-shop-token");
  });
});

describe("what cannot be used", () => {
  const refused: [string, Json, [number, string]][] = [
    ["a function that is not saved", { type: "rejoinder:tool", name: "nope" }, [404, "tools"]],
    ["a server that is not saved", { type: "mcp", server_label: "nope" }, [400, "tools[0].server_url"]],
    ["another form of neither", { type: "nope" }, [400, "tools[0].type"]],
    ["one that is switched off", { type: "off" }, [400, "tools"]],
    [
      "credentials beside its own",
      { type: "mcp", server_label: "shop", authorization: "x" },
      [400, "tools[0].authorization"],
    ],
    ["a built-in tool's alias", { type: "get_order", alias: "file_search" }, [400, "tools[0].alias"]],
    [
      "the label of this server's own",
      { type: "mcp", server_label: "rejoinder", server_url: "http://127.0.0.1:9/" },
      [400, "tools[0].server_label"],
    ],
  ];

  it.each(refused)("is refused: %s", async (_, tool, [status, param]) => {
    const answer = await at.post({ tools: [tool] });
    expect([answer.status, record(answer.body.error).param]).toEqual([status, param]);
  });

  it.each([SAVED, { type: "get_order" }, { type: "mcp", server_label: "shop" }])(
    "another team's is like one that there is not: %j",
    async (tool) => {
      const name = tool.type === "mcp" ? "shop" : "get_order";
      const foreign = await at.post({ tools: [tool] }, at.stranger);
      const unknown = await at.post(
        JSON.parse(JSON.stringify({ tools: [tool] }).replaceAll(name, "unknown")),
        at.stranger,
      );
      expect(foreign.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(foreign).replaceAll(name, "unknown")).toBe(JSON.stringify(unknown));
    },
  );
});

describe("a key", () => {
  it("uses what it may, and nothing else", async () => {
    const key = await keyWithTools(at, { allowed: ["get_order"], defaults: [] });
    at.team.upstream.script(chatText("Fine."));
    expect((await at.post({ tools: [SAVED] }, key)).status).toBe(200);
    for (const tool of [{ type: "cancel_order" }, { type: "mcp", server_label: "shop" }]) {
      const answer = await at.post({ tools: [tool] }, key);
      expect([answer.status, record(answer.body.error).code]).toEqual([403, "permission_denied"]);
    }
  });

  it("uses its defaults where a request says nothing of tools", async () => {
    const key = await keyWithTools(at, { allowed: null, defaults: ["get_order", "open", "off"] });
    at.team.upstream.script(toCall("get_order"), chatText("Done."), chatText("None."));
    const answer = await at.post({}, key);
    expect(typesOf(answer)).toEqual(["mcp_list_tools", "mcp_call", "message"]);
    expect(toolsShown()).toEqual(["get_order", "open__order"]);
    await at.post({ tools: [] }, key);
    expect(toolsShown(2)).toEqual([]);
  });
});

describe("secrets of saved tools", () => {
  it("are in no answer, no row and no log", async () => {
    site.answer = ({ headers }) => ({ status: 200, body: JSON.stringify(headers) });
    at.peer.script.onCall = ({ result, headers }) =>
      result({ content: [{ type: "text", text: `${headers.authorization}` }] });
    const tools = [SAVED, { type: "mcp", server_label: "open" }];
    for (const body of [{}, { background: true, stream: true }]) {
      at.team.upstream.script(
        chatToolCalls([
          { id: "c1", name: "get_order", arguments: "{}" },
          { id: "c2", name: "open__order", arguments: "{}" },
        ]),
        chatText("Done."),
      );
      const events = await at.stream({ tools, ...body });
      expect(record(events.at(-1)?.response).status).toBe("completed");
      expect(JSON.stringify(events)).toContain("[redacted]");
      expect(JSON.stringify(events)).not.toContain(CANARY);
    }
    at.peer.script.onCall = undefined;
    const spans =
      "SELECT 1 FROM span WHERE team_id = $1 AND kind = 'tool' AND attributes ->> 'savedToolId' IS NOT NULL";
    await eventually(async () => expect((await query(at.server, spans, [at.team.teamId])).length).toBeGreaterThan(3));
    const kept = JSON.stringify(await at.kept());
    expect(kept).toContain("get_order");
    expect(kept).not.toContain(CANARY);
    expect(JSON.stringify(at.team.upstream.requests)).not.toContain(CANARY);
    expect(at.server.output()).not.toContain(CANARY);
  });
});
