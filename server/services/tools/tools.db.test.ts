import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clock } from "#server/clock";
import { prisma } from "#server/db/client";
import { hexFloorOf } from "#server/ids";
import { closePools } from "#server/outbound/pools";
import { mcpTools } from "#server/tools/registry";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";
import { createMember, type Person } from "#tests/support/people";

const CANARY = "canary-tool-secret-0123456789";
const LOOK = { name: "look", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } };
const ORDER = { name: "order", description: "Orders a thing", inputSchema: { type: "object" } };

let database: TestDatabase;
let peer: ScriptedMcpServer;
let site: Server;
let siteUrl: string;
let teamId: string;
let owner: Person;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1", SAVED_TOOLS_PER_TEAM: "5" });
  peer = await startMcpServer({ tools: [ORDER, LOOK] });
  site = createServer(echo);
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await mcpTools.closeSessions();
  await closePools();
  await peer.close();
  site.close();
  await database.close();
});
beforeEach(async () => {
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
});
afterEach(() => {
  peer.script.onCall = undefined;
});

/** Answers with what it was asked. */
function echo(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url, headers } = incoming;
  if (url?.startsWith("/fail")) outgoing.writeHead(404).end(`no such thing\0, ${headers.authorization}`);
  else outgoing.end(JSON.stringify({ method, url, headers: { authorization: headers.authorization } }));
}

function addServer(change: Record<string, unknown> = {}, person = owner) {
  const secretHeaders = { Authorization: `Bearer ${CANARY}` };
  return person.call.tools.create({ kind: "mcp", name: "shop", mcp: { url: peer.url }, secretHeaders, ...change });
}

function addFunction(change: Record<string, unknown> = {}) {
  return owner.call.tools.create({
    kind: "http",
    name: "get_order",
    description: "Reads an order",
    http: {
      method: "GET",
      url: `${siteUrl}/orders/{id}`,
      parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    },
    secretQuery: { key: CANARY },
    ...change,
  });
}

async function lastAudit() {
  return prisma().auditLog.findFirst({ where: { teamId }, orderBy: { id: "desc" } });
}

describe("a saved tool", () => {
  it("keeps its secrets sealed and shows only their names", async () => {
    const view = await addServer();
    expect(view).toMatchObject({ kind: "mcp", name: "shop", enabled: true, secretHeaders: ["authorization"] });
    expect(view.mcp).toEqual({ url: peer.url, headers: {}, allowedTools: null, requireApproval: "always" });
    const audit = await lastAudit();
    expect(audit).toMatchObject({ action: "tool.create", actorId: owner.userId, resourceId: view.id });
    const rows = await prisma().savedTool.findMany({ where: { teamId } });
    const shown = [view, rows, audit, await owner.call.tools.list(), await owner.call.tools.get({ id: view.id })];
    expect(JSON.stringify(shown)).not.toContain(CANARY);
  });

  it("keeps what stands in its address's query with its secrets", async () => {
    const url = `${peer.url}?key=${CANARY}&mode=fast`;
    const { id, ...view } = await addServer({ mcp: { url }, secretHeaders: {} });
    expect(view).toMatchObject({ mcp: { url: peer.url }, secretHeaders: [], secretQuery: ["key", "mode"] });
    expect(await lastAudit()).toMatchObject({ action: "tool.create", detail: { url: peer.url } });
    expect(JSON.stringify(await prisma().savedTool.findMany({ where: { id } }))).not.toContain(CANARY);
    await owner.call.tools.update({
      id,
      mcp: { url: peer.url, requireApproval: "never" },
      secretQuery: { mode: null },
    });
    expect(await owner.call.tools.test({ id })).toMatchObject({ ok: true });
    expect(peer.messages.at(-1)?.url).toBe(`/mcp?key=${CANARY}`);
    await owner.call.tools.update({ id, mcp: { url: `${peer.url}?key=another-key` } });
    await owner.call.tools.test({ id });
    expect(peer.messages.at(-1)?.url).toBe("/mcp?key=another-key");
    const mcp = { url: "https://1.1.1.1/mcp" };
    await expect(owner.call.tools.update({ id, mcp })).rejects.toThrow("bound to the address");
  });

  it("has secrets replaced and taken away one by one", async () => {
    const { id } = await addFunction({ secretHeaders: { "X-One": "first-secret", "X-Two": "second-secret" } });
    const changed = await owner.call.tools.update({ id, secretHeaders: { "x-one": null, "x-two": "another" } });
    expect(changed).toMatchObject({ secretHeaders: ["x-two"], secretQuery: ["key"] });
    expect(await lastAudit()).toMatchObject({ action: "tool.update", detail: { changed: ["secretHeaders"] } });
  });

  it("does not take its secrets along to another address", async () => {
    const { id } = await addServer();
    const mcp = { url: "https://1.1.1.1/mcp" };
    await expect(owner.call.tools.update({ id, mcp })).rejects.toThrow("bound to the address");
    await owner.call.tools.update({ id, mcp: { url: `${peer.url}/deeper` } });
    const moved = await owner.call.tools.update({ id, mcp, secretHeaders: { Authorization: "Bearer known" } });
    expect(moved.mcp?.url).toBe("https://1.1.1.1/mcp");
  });

  it("has a name of its own, which is no built-in tool's", async () => {
    await addServer();
    await expect(addServer()).rejects.toThrow('named "shop" already');
    for (const name of ["web_search", "mcp", "function", "file_search", "rejoinder"]) {
      await expect(addServer({ name })).rejects.toThrow("built-in tool");
    }
    await expect(addServer({ name: "no spaces" })).rejects.toThrow();
    const other = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
    expect(await addServer({}, other)).toMatchObject({ name: "shop" });
  });

  it("is refused where it could not work", async () => {
    await expect(owner.call.tools.create({ kind: "mcp", name: "a" })).rejects.toThrow('needs the settings "mcp"');
    await expect(addServer({ mcp: { url: "http://169.254.169.254/" } })).rejects.toThrow("OUTBOUND_ALLOW");
    const http = { method: "GET" as const, parameters: { type: "object", properties: {} } };
    const make = (change: Record<string, unknown>) => addFunction({ http: { ...http, url: siteUrl, ...change } });
    await expect(make({ url: "http://{host}/" })).rejects.toThrow("a host without placeholders");
    await expect(make({ url: `${siteUrl}/{id}` })).rejects.toThrow('"{id}" is no argument');
    await expect(make({ result: "a[" })).rejects.toThrow("JMESPath");
    await expect(make({ headers: { host: "elsewhere" } })).rejects.toThrow();
  });

  it("is one of at most so many", async () => {
    for (let count = 0; count < 5; count += 1) await addServer({ name: `shop${count}` });
    await expect(addServer()).rejects.toThrow("can save 5 tools");
  });

  it("is gone when deleted, also from keys", async () => {
    const { id } = await addServer();
    const { apiKey } = await owner.call.apiKeys.create({ name: "k", allowedToolIds: [id], defaultToolIds: [id] });
    expect(apiKey).toMatchObject({ allowedToolIds: [id], defaultToolIds: [id] });
    await owner.call.tools.delete({ id });
    const { rows } = await owner.call.apiKeys.list({});
    expect(rows[0]).toMatchObject({ allowedToolIds: [], defaultToolIds: [] });
    await expect(owner.call.tools.get({ id })).rejects.toThrow("No such tool");
    expect(await lastAudit()).toMatchObject({ action: "tool.delete", detail: { name: "shop" } });
  });
});

describe("the list of tools", () => {
  it("tells how tools were called and which keys may use them", async () => {
    const [server, other] = [await addServer(), await addFunction()];
    await owner.call.apiKeys.create({ name: "all" });
    const { apiKey: key } = await owner.call.apiKeys.create({ name: "one", allowedToolIds: [other.id] });
    await owner.call.apiKeys.update({ id: key.id, defaultToolIds: [other.id] });
    const now = clock().now();
    for (const [index, daysAgo] of [1, 2, 40].entries()) {
      const startedAt = new Date(now - daysAgo * 86_400_000);
      await prisma().span.create({
        data: {
          ...{ teamId, id: `${hexFloorOf(startedAt.getTime())}${"0".repeat(16)}` },
          ...{ name: "tool shop__order", kind: "tool" },
          ...{ status: index === 1 ? "error" : "ok", startedAt, offsetMs: 0, durationMs: 100 * (index + 1) },
          attributes: { tool: "shop__order", savedToolId: server.id },
        },
      });
    }
    const [function_, shop] = await owner.call.tools.list({ days: 7 });
    expect(shop).toMatchObject({ name: "shop", usage: { calls: 2, errors: 1, p95Ms: 195 } });
    const called = { tool: "shop__order", calls: 2, errors: 1, p95Ms: 195 };
    expect(await owner.call.tools.usage({ id: server.id })).toMatchObject([called]);
    expect(shop?.usage.lastUsedAt).toEqual(new Date(now - 86_400_000));
    expect(shop?.usableBy).toEqual({ everyKey: false, keys: [expect.objectContaining({ name: "all" })] });
    expect(function_).toMatchObject({ name: "get_order", usage: { calls: 0, p95Ms: null, lastUsedAt: null } });
    expect(function_?.usableBy.keys).toContainEqual({ id: key.id, name: "one", byDefault: true });
    expect(await owner.call.tools.choices()).toMatchObject([{ name: "get_order" }, { name: "shop" }]);
  });

  it("lets a key use by default only what it may use", async () => {
    const [server, other] = [await addServer(), await addFunction()];
    const rules = { allowedToolIds: [server.id], defaultToolIds: [other.id] };
    await expect(owner.call.apiKeys.create({ name: "k", ...rules })).rejects.toThrow("must be one that it may use");
  });
});

describe("testing a tool", () => {
  it("lists a server's tools with what the settings make of them, and calls one", async () => {
    const mcp = { url: peer.url, allowedTools: ["look"], requireApproval: { never: { read_only: true } } };
    const { id } = await addServer({ mcp });
    const test = await owner.call.tools.test({ id });
    expect(test).toMatchObject({ ok: true, error: null, exchange: null, output: null });
    expect(test.tools).toMatchObject([
      { name: "order", allowed: false, needsApproval: true },
      { name: "look", allowed: true, needsApproval: false, readOnly: true },
    ]);
    expect(peer.messages.at(-1)?.headers.authorization).toBe(`Bearer ${CANARY}`);
    expect(await owner.call.tools.get({ id })).toMatchObject({
      lastTestOk: true,
      lastTestNote: expect.stringContaining("2 tools"),
    });
    peer.script.onCall = ({ result }) => result({ content: [{ type: "text", text: `Seen, Bearer ${CANARY}` }] });
    const call = { name: "look", arguments: { at: "cake" } };
    expect(await owner.call.tools.test({ id, call })).toMatchObject({ ok: true, output: "Seen, [redacted]" });
    expect(peer.messages.at(-1)?.params).toMatchObject({ name: "look", arguments: { at: "cake" } });
  });

  it("lists anew what the server has meanwhile", async () => {
    const { id } = await addServer();
    await owner.call.tools.test({ id });
    peer.script.tools = [LOOK];
    expect((await owner.call.tools.test({ id })).tools).toHaveLength(1);
    peer.script.tools = [ORDER, LOOK];
  });

  it("tries a function and shows the request without its secrets", async () => {
    const { id } = await addFunction({ secretHeaders: { Authorization: `Bearer ${CANARY}` } });
    const test = await owner.call.tools.test({ id, call: { arguments: { id: "a/b" } } });
    expect(test).toMatchObject({
      ok: true,
      exchange: {
        request: { method: "GET", url: `${siteUrl}/orders/a%2Fb?key=%5Bredacted%5D`, body: null },
        answer: { status: 200 },
      },
    });
    expect(JSON.parse(test.output ?? "")).toEqual({
      ...{ method: "GET", url: "/orders/a%2Fb?key=[redacted]", headers: { authorization: "[redacted]" } },
    });
    expect(JSON.stringify(test)).not.toContain(CANARY);
  });

  it("tries what is not saved, and changes that are not", async () => {
    const http = { method: "GET" as const, url: `${siteUrl}/new` };
    const tool = { kind: "http" as const, name: "fresh", http };
    expect(await owner.call.tools.test({ tool })).toMatchObject({ ok: true, exchange: { answer: { status: 200 } } });
    const { id } = await addFunction();
    const change = { http: { url: `${siteUrl}/fail` } };
    const test = await owner.call.tools.test({ id, change, call: { arguments: { id: "1" } } });
    expect(test).toMatchObject({ ok: false, error: { code: "http_error" }, exchange: { answer: { status: 404 } } });
    expect(await owner.call.tools.get({ id })).toMatchObject({ lastTestAt: null });
  });

  it("tells what went wrong", async () => {
    const { id } = await addFunction();
    const failed = await owner.call.tools.test({ id });
    expect(failed).toMatchObject({ ok: false, exchange: { request: null, answer: null } });
    expect(failed.error?.message).toContain("'id' missing");
    await owner.call.tools.update({ id, http: { url: `${siteUrl}/fail/{id}` } });
    await owner.call.tools.test({ id, call: { arguments: { id: "1" } } });
    const { lastTestNote } = await owner.call.tools.get({ id });
    expect(lastTestNote).toBe("The server answered 404: no such thing, undefined");
    await expect(owner.call.tools.update({ id, description: "a\0b" })).rejects.toThrow();
    const gone = await addServer({ mcp: { url: "http://127.0.0.1:9/mcp" }, secretHeaders: {} });
    expect(await owner.call.tools.test({ id: gone.id })).toMatchObject({ ok: false, tools: null });
    expect(await owner.call.tools.get({ id: gone.id })).toMatchObject({ lastTestOk: false });
  });
});
