import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { callMcpTool } from "#server/tools/mcp/call-tool";
import type { McpServer } from "#server/tools/mcp/mcp-server";
import { closeMcpSessions } from "#server/tools/mcp/session-pool";
import { stdioPrograms } from "#server/tools/mcp/stdio/stdio-servers";
import { listMcpTools } from "#server/tools/mcp/tool-list";
import { startChild } from "#tests/support/child";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

const before = config();
const never = new AbortController().signal;
const require = createRequire(import.meta.url);
const EVERYTHING = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");
const OURS = fileURLToPath(new URL("../../../../tests/support/stdio-server.mjs", import.meta.url));
const CHILD = fileURLToPath(new URL("../../../../tests/support/stdio-child.ts", import.meta.url));
const PROGRAMS = {
  ours: { command: process.execPath, args: [OURS], env: { GIVEN: "by the operator" } },
  everything: { command: process.execPath, args: [EVERYTHING, "stdio"] },
  missing: { command: "/nowhere/program" },
};

beforeEach(() => use({}));
afterEach(async () => {
  setClock();
  await closeMcpSessions();
  vi.unstubAllEnvs();
}, 10_000);
afterAll(() => setConfig(before));

function use(settings: Partial<typeof before>): void {
  setConfig({ ...before, MCP_STDIO_SERVERS: JSON.stringify({ mcpServers: PROGRAMS }), ...settings });
}

function server(program: string, teamId = "team_1"): McpServer {
  return { teamId, label: program, url: `stdio:${program}`, program, headers: {} };
}

function call(name: string, args: Record<string, unknown> = {}, of = server("ours")) {
  return callMcpTool(of, { name, arguments: args }, never);
}

const Pids = z.array(z.number());

/** True while a process runs; one that has ended and is not yet waited for does not. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

async function pidsOf(of = server("ours")): Promise<number[]> {
  return Pids.parse(JSON.parse((await call("descend", {}, of)).text));
}

async function gone(pids: number[], clock?: FakeClock): Promise<void> {
  const left = () => {
    clock?.advance(config().MCP_STDIO_EXIT_SECONDS);
    return pids.filter(isRunning);
  };
  await expect.poll(left, { timeout: 10_000 }).toEqual([]);
}

test("MCP's own test server is listed and called over stdio", async () => {
  const tools = await listMcpTools(server("everything"), never);
  expect(tools.map(({ name }) => name)).toContain("echo");
  const { text, error } = await call("echo", { message: "hello" }, server("everything"));
  expect([text, error]).toEqual(["Echo: hello", null]);
});

test("a program sees the environment that the operator wrote, and nothing of ours", async () => {
  vi.stubEnv("CANARY_SECRET", "canary");
  const environment = z.record(z.string(), z.string()).parse(JSON.parse((await call("environment")).text));
  // The shell that starts it adds the folder it stands in.
  expect({ ...environment, PWD: undefined, OLDPWD: undefined, _: undefined, SHLVL: undefined }).toEqual({
    GIVEN: "by the operator",
    PWD: undefined,
    OLDPWD: undefined,
    _: undefined,
    SHLVL: undefined,
  });
});

test("calls of a team share a process; another team has its own", async () => {
  const [[first], [second], [other]] = await Promise.all([pidsOf(), pidsOf(), pidsOf(server("ours", "team_2"))]);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test("it is ended with all that it started when nobody has used it for a while", async () => {
  const clock = installFakeClock();
  const pids = await pidsOf();
  expect(pids.filter(isRunning)).toEqual(pids);
  clock.advance(config().MCP_SESSION_IDLE_SECONDS);
  await gone(pids, clock);
});

test("closing ends all of them, also in the midst of a call", async () => {
  const pids = await pidsOf();
  const open = call("silent");
  await closeMcpSessions();
  await gone(pids);
  expect((await open).error).toMatchObject({ type: "mcp_protocol_error" });
});

test("one that holds too much memory is stopped, and the call told so", async () => {
  use({ MCP_STDIO_MEMORY_MB: 200, MCP_STDIO_CHECK_SECONDS: 50 });
  const [pid = 0] = await pidsOf();
  const { error } = await call("hoard");
  expect(error).toMatchObject({ message: "The program held more than 200 MB of memory and was stopped." });
  await gone([pid]);
  expect((await call("echo", { again: 1 })).text).toBe('{"again":1}');
});

test("one that ends in the midst of a call fails it, and the next call has a new one", async () => {
  const { error } = await call("exit");
  expect(error).toEqual({ type: "mcp_protocol_error", code: -32000, message: "The program ended with code 3." });
  expect((await call("echo", { again: 1 })).text).toBe('{"again":1}');
});

test("one that does not answer in time is not asked again", async () => {
  const [pid] = await pidsOf();
  const clock = installFakeClock();
  let said = "";
  void call("silent").then(({ text }) => {
    said = text;
  });
  const outcome = () => {
    clock.advance(config().MCP_CALL_TIMEOUT_SECONDS);
    return said;
  };
  await expect.poll(outcome).toContain("did not answer within 60 s");
  setClock();
  const [next] = await pidsOf();
  expect(next).not.toBe(pid);
});

test("an answer without end is not collected", async () => {
  use({ MCP_MAX_ANSWER_BYTES: 100_000 });
  const { error } = await call("shout", { bytes: 200_000 });
  expect(error).toMatchObject({ message: "The program's answer is larger than 100000 bytes." });
});

test("no more than allowed run: an idle one goes for the next, and with none the call fails", async () => {
  use({ MCP_STDIO_MAX_PROCESSES: 1 });
  const pids = await pidsOf();
  const other = server("ours", "team_2");
  expect((await call("echo", { a: 1 }, other)).text).toBe('{"a":1}');
  await gone(pids);
  const busy = call("silent", {}, other);
  const { text } = await call("echo", { a: 1 });
  expect(text).toBe("The MCP server 'ours' is a program, and 1 are running already. Try again later.");
  await closeMcpSessions();
  await busy;
});

test("an address that a request names starts nothing", async () => {
  const { program: _, ...named } = server("ours");
  await expect(listMcpTools(named, never)).rejects.toMatchObject({ code: "outbound_not_allowed" });
});

test("a program that is not there, or not allowed, is told by its label", async () => {
  await expect(listMcpTools(server("missing"), never)).rejects.toThrow("'missing'. It answered with the error -32000.");
  await expect(listMcpTools(server("unknown"), never)).rejects.toThrow("operator does not allow");
  use({ MCP_STDIO_SERVERS: undefined });
  await expect(listMcpTools(server("ours"), never)).rejects.toThrow("operator does not allow");
});

test("it ends with the server, also when that is killed", async () => {
  const child = startChild(CHILD, [], { MCP_STDIO_SERVERS: JSON.stringify(PROGRAMS) });
  const [program = 0, stayed = 0, left = 0] = Pids.parse(JSON.parse(await child.line(/^\[/)));
  try {
    expect([program, stayed].filter(isRunning)).toEqual([program, stayed]);
    await child.kill();
    await gone([program, stayed]);
  } finally {
    process.kill(left, "SIGKILL");
  }
});

test("what the operator wrote is read from a file too, and refused without telling its values", () => {
  const file = join(mkdtempSync(join(tmpdir(), "rejoinder-stdio-")), "mcp.json");
  writeFileSync(file, JSON.stringify({ mcpServers: PROGRAMS }));
  use({ MCP_STDIO_SERVERS: file });
  expect([...stdioPrograms().keys()]).toEqual(["ours", "everything", "missing"]);
  expect(stdioPrograms().get("everything")).toMatchObject({ env: {}, cwd: "/" });
  for (const [source, fault] of [
    ["/nowhere.json", 'the file "/nowhere.json" cannot be read'],
    ['{"a": canary}', "it is not JSON"],
    ['{"a": {"command": "", "env": {"KEY": "canary"}}}', "command"],
    ['{"a": {"command": "x", "env": {"KEY": 1}}}', "env"],
    ['{"a b": {"command": "x"}}', "a b"],
  ] as const) {
    use({ MCP_STDIO_SERVERS: source });
    expect(() => stdioPrograms()).toThrow(fault);
    expect(() => stdioPrograms()).not.toThrow("canary");
  }
});
