import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { callMcpTool } from "#server/tools/mcp/call-tool";
import type { McpServer } from "#server/tools/mcp/mcp-server";
import { closeMcpSessions } from "#server/tools/mcp/session-pool";
import { listMcpTools } from "#server/tools/mcp/tool-list";
import { installFakeClock } from "#tests/support/fake-clock";
import { type McpServerScript, type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";

const before = config();
const never = new AbortController().signal;
const LOOK = {
  name: "look",
  description: "Looks",
  inputSchema: { type: "object", properties: { at: { enum: ["a"] } } },
};

let peer: ScriptedMcpServer;
let server: McpServer;

beforeAll(() => setConfig({ ...before, OUTBOUND_ALLOW: "127.0.0.1" }));
afterAll(() => setConfig(before));
beforeEach(async () => {
  await open({ tools: [LOOK] });
});
afterEach(async () => {
  setClock();
  await closeMcpSessions();
  await peer.close();
});

async function open(script: McpServerScript): Promise<void> {
  await peer?.close();
  peer = await startMcpServer(script);
  server = { teamId: "team_1", label: "peer", url: peer.url, headers: { authorization: "Bearer canary-token-1" } };
}

const call = (args: Record<string, unknown> = {}, of = server, signal = never) =>
  callMcpTool(of, { name: "look", arguments: args }, signal);
const countOf = (method: string) => peer.methods().filter((name) => name === method).length;

describe("sessions", () => {
  test("200 calls share one, which ends when nobody has used it for a while", async () => {
    const clock = installFakeClock();
    for (let index = 0; index < 200; index += 1) {
      expect((await call({ index })).text).toBe(JSON.stringify({ index }));
    }
    expect(countOf("initialize")).toBe(1);
    expect(peer.openSessions.size).toBe(1);
    clock.advance(config().MCP_SESSION_IDLE_SECONDS);
    await expect.poll(() => peer.openSessions.size).toBe(0);
  });

  test("calls at the same time share one, each with an id of its own", async () => {
    const said = await Promise.all(Array.from({ length: 40 }, (_, index) => call({ index })));
    expect(said.map(({ text }) => text)).toEqual(said.map((_, index) => JSON.stringify({ index })));
    const ids = peer.messages.filter(({ method }) => method === "tools/call").map(({ id }) => id);
    expect(new Set(ids).size).toBe(40);
    expect(countOf("initialize")).toBe(1);
  });

  test("are never shared by teams, nor by credentials", async () => {
    await call();
    await call({}, { ...server, teamId: "team_2" });
    await call({}, { ...server, headers: { authorization: "Bearer canary-token-2" } });
    expect(countOf("initialize")).toBe(3);
    const tokens = peer.messages.filter(({ method }) => method === "tools/call").map((each) => each.headers);
    expect(tokens.map(({ authorization }) => authorization?.slice(-1))).toEqual(["1", "1", "2"]);
    expect(new Set(tokens.map((headers) => headers["mcp-session-id"])).size).toBe(3);
  });

  test("are opened anew when the server has forgotten them, and the call is made in the new one", async () => {
    await call();
    peer.openSessions.clear();
    expect((await call({ again: true })).text).toBe('{"again":true}');
    expect(countOf("initialize")).toBe(2);
  });
});

describe("tool lists", () => {
  test("are read page by page, with their schemas whole, and believed for a while", async () => {
    const clock = installFakeClock();
    const more = { ...LOOK, name: "more", annotations: { readOnlyHint: true } };
    peer.script.onList = ({ params, result }) =>
      result(params.cursor === "2" ? { tools: [more, LOOK] } : { tools: [LOOK], nextCursor: "2" });
    const listed = await listMcpTools(server, never);
    const look = { name: "look", description: "Looks", inputSchema: LOOK.inputSchema };
    expect(listed).toEqual([
      { ...look, readOnly: false },
      { ...look, name: "more", readOnly: true },
    ]);
    await listMcpTools(server, never);
    expect(countOf("tools/list")).toBe(2);
    clock.advance(config().MCP_TOOLS_TTL_SECONDS);
    await listMcpTools(server, never);
    expect(countOf("tools/list")).toBe(4);
  });

  const deep = JSON.parse(`${'{"items":'.repeat(500)}{}${"}".repeat(500)}`);
  const wide = {
    type: "object",
    properties: Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`p${n}`, {}])),
  };
  const many = Array.from({ length: 300 }, (_, n) => ({ ...LOOK, name: `t${n}` }));
  test.each<[string, McpServerScript, string]>([
    ["a schema nested without end", { tools: [{ ...LOOK, inputSchema: deep }] }, "nested deeper"],
    ["a schema too large", { tools: [{ ...LOOK, inputSchema: wide }] }, "larger than"],
    ["too many tools", { tools: many }, "more than 256 tools"],
    ["pages in a circle", { onList: ({ result }) => result({ tools: [], nextCursor: "x" }) }, "circle"],
    ["an answer that is none", { onList: ({ result }) => result({ tools: "all" }) }, "no valid answer"],
    ["an error", { onList: ({ error }) => error(-32001, "say canary-token-1") }, "the error -32001"],
    ["a refusal", { onInitialize: ({ status }) => status(401) }, "answered 401"],
    [
      "a redirect to another address",
      { onInitialize: ({ status }) => status(307, { location: "http://169.254.169.254/mcp" }) },
      "redirects elsewhere",
    ],
    ["an answer without end", { onList: ({ stream }) => stream("x".repeat(5 * 1024 * 1024)) }, "the error -32000"],
  ])("%s is refused by the server's name", async (_, script, words) => {
    await open(script);
    const failure = await listMcpTools(server, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "tool_server_error",
      wireType: "external_connector_error",
      param: "tools",
      message: expect.stringMatching(/^Error retrieving tool list from MCP server: 'peer'\./),
    });
    expect(String(failure)).toContain(words);
    expect(String(failure)).not.toContain("canary");
  });

  test("a server that is silent is given up after its time", async () => {
    const clock = installFakeClock();
    await open({ onList: () => undefined });
    const failure = listMcpTools(server, never).catch((error: unknown) => error);
    await expect.poll(() => countOf("tools/list")).toBe(1);
    clock.advance(config().MCP_LIST_TIMEOUT_SECONDS);
    expect(String(await failure)).toContain("did not answer within 10 s");
  });

  test("a server that opens no session is given up after its time", async () => {
    const clock = installFakeClock();
    await open({ onInitialize: () => undefined });
    const failure = listMcpTools(server, never).catch((error: unknown) => error);
    await expect.poll(() => countOf("initialize")).toBe(1);
    clock.advance(config().MCP_CONNECT_TIMEOUT_SECONDS);
    expect(String(await failure)).toContain("did not answer within 5 s");
  });

  test("an address that may not be named is refused as such", async () => {
    const inside = { ...server, url: "http://10.0.0.5/mcp" };
    await expect(listMcpTools(inside, never)).rejects.toMatchObject({ code: "outbound_not_allowed" });
  });
});

describe("calls", () => {
  const event = (message: object) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

  test("an answer may come as a stream, in pieces", async () => {
    peer.script.onCall = ({ id, stream, outgoing }) => {
      const frame = event({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "streamed" }] } });
      stream(": hello\n\n", frame.slice(0, 40), frame.slice(40));
      outgoing.end();
    };
    expect(await call()).toEqual({ text: "streamed", whole: null, error: null });
  });

  test("a stream that ends without an answer is an unknown outcome, and nothing is repeated", async () => {
    peer.script.onCall = ({ stream, outgoing }) => {
      stream(": hello\n\n");
      outgoing.end();
    };
    expect((await call()).error).toMatchObject({
      type: "mcp_protocol_error",
      message: expect.stringContaining("unknown"),
    });
    peer.script.onCall = ({ outgoing }) => void outgoing.destroy();
    expect((await call()).error).not.toBeNull();
    expect(countOf("tools/call")).toBe(2);
  });

  test("a giant answer is cut with a mark, and is whole beside it", async () => {
    const long = "0123456789".repeat(20_000);
    peer.script.onCall = ({ result }) => result({ content: [{ type: "text", text: long }] });
    const { text, whole } = await call();
    expect(text.slice(100_000)).toBe("\n[Cut: these are the first 100000 of 200000 characters.]");
    expect(whole).toBe(long);
  });

  test("an answer larger than the bound, or without end, fails the call", async () => {
    peer.script.onCall = ({ result }) => result({ content: [{ type: "text", text: "x".repeat(5 * 1024 * 1024) }] });
    expect((await call()).text).toContain("larger than 4194304 bytes");
    peer.script.onCall = ({ stream, outgoing }) => {
      stream();
      const flood = () => {
        while (outgoing.write(`: ${"x".repeat(64 * 1024)}\n\n`));
      };
      outgoing.on("drain", flood);
      flood();
    };
    expect((await call()).text).toContain("larger than 4194304 bytes");
  });

  test("a silent tool is given up after its time, and its connection closed", async () => {
    const clock = installFakeClock();
    const closed = Promise.withResolvers<void>();
    peer.script.onCall = ({ outgoing }) => void outgoing.on("close", closed.resolve);
    const outcome = call();
    await expect.poll(() => countOf("tools/call")).toBe(1);
    clock.advance(config().MCP_CALL_TIMEOUT_SECONDS);
    expect((await outcome).text).toContain("did not answer within 60 s");
    await closed.promise;
  });

  test("stopping reaches the server", async () => {
    const stop = new AbortController();
    const outcome = call({}, server, stop.signal);
    peer.script.onCall = () => undefined;
    const stopped = expect(outcome).rejects.toThrow("enough");
    await expect.poll(() => countOf("tools/call")).toBe(1);
    stop.abort(new Error("enough"));
    await stopped;
    await expect.poll(() => countOf("notifications/cancelled")).toBe(1);
  });

  test("credentials are taken out of what the server says", async () => {
    peer.script.onCall = ({ headers, result }) =>
      result({ isError: true, content: [{ type: "text", text: `you sent ${headers.authorization}` }] });
    const { text, error } = await call();
    expect(text).toBe("you sent [redacted]");
    expect(error).toEqual({ type: "mcp_tool_execution_error", content: [{ type: "text", text }] });
    peer.script.onCall = ({ error: fail }) => fail(-32602, "no such tool for canary-token-1");
    const message = "no such tool for [redacted]";
    expect((await call()).error).toEqual({ type: "mcp_protocol_error", code: -32602, message });
  });
});
