import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closePools } from "#server/outbound/pools";
import { mcpTools } from "#server/tools/registry";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

const PROGRAM = fileURLToPath(new URL("../../../tests/support/stdio-server.mjs", import.meta.url));
const programs = {
  "our.files": { command: process.execPath, args: [PROGRAM], env: { CANARY: "canary-of-the-operator" } },
};

let database: TestDatabase;
let owner: Person;

beforeAll(async () => {
  database = await openTestDatabase({ MCP_STDIO_SERVERS: JSON.stringify(programs) });
  owner = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
});
afterAll(async () => {
  await mcpTools.closeSessions();
  await closePools();
  await database.close();
});

test("a program that the operator allows is offered, saved by its name, listed and called", async () => {
  const offered = await owner.call.tools.presets();
  expect(offered.map(({ name }) => name)).toEqual(["github", "context7", "sentry", "linear", "notion", "our_files"]);
  const { name = "", url = "" } = offered.at(-1) ?? {};
  const { id } = await owner.call.tools.create({ kind: "mcp", name, mcp: { url } });
  const listed = await owner.call.tools.test({ id });
  expect(listed).toMatchObject({ ok: true, error: null });
  expect(listed.tools?.map((tool) => tool.name)).toContain("echo");
  const call = { name: "echo", arguments: { a: 1 } };
  expect(await owner.call.tools.test({ id, call })).toMatchObject({ ok: true, output: '{"a":1}' });
  expect(JSON.stringify([offered, listed, await owner.call.tools.get({ id })])).not.toContain("canary");
});

test("no other program is saved, nor is one given what it cannot take", async () => {
  const save = (mcp: { url: string; headers?: Record<string, string>; oauth?: { accounts: "team"; scope: null } }) =>
    owner.call.tools.create({ kind: "mcp", name: "other", mcp });
  await expect(save({ url: "stdio:unknown" })).rejects.toThrow('allows no program "unknown" (MCP_STDIO_SERVERS)');
  await expect(save({ url: "stdio:/bin/sh" })).rejects.toThrow("allows no program");
  await expect(save({ url: "stdio:our.files", headers: { a: "b" } })).rejects.toThrow("A program is given no headers");
  const oauth = { accounts: "team", scope: null } as const;
  await expect(save({ url: "stdio:our.files", oauth })).rejects.toThrow("A program is not used with an account.");
});
