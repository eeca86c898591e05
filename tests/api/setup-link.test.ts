import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { query, type RunningServer, startServer, TEST_SECRETS } from "#tests/support/server";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  await server.remove();
});

async function setupLink(): Promise<string> {
  const database = server.databaseUrl.includes("host=") ? {} : { DATABASE_URL: server.databaseUrl };
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NODE_ENV: "production" as const, DATA_DIR: server.dataDir, ...TEST_SECRETS, ...database };
  const { stdout } = await promisify(execFile)(process.execPath, ["server/commands/setup-link.ts"], { env });
  return stdout;
}

function tokenIn(output: string): string {
  return /\/setup\?token=([\w-]{43})/.exec(output)?.[1] ?? "";
}

/** As the server stores it: the token itself is nowhere. */
function storedHash(token: string): string {
  const pepper = createHash("sha256").update(TEST_SECRETS.API_KEY_PEPPER).digest();
  return createHmac("sha256", pepper).update(`one-time:${token}`).digest("hex");
}

test("a start prints a setup link, and the command another, while the server runs", { timeout: 90_000 }, async () => {
  const printed = tokenIn(server.output());
  const output = await setupLink();
  expect(output).toContain("Create the owner account");
  const rows = await query<{ token_hash: string }>(server, "SELECT token_hash FROM setup_token WHERE used_at IS NULL");
  const hashes = rows.map((row) => row.token_hash);
  expect(hashes).toContain(storedHash(printed));
  expect(hashes).toContain(storedHash(tokenIn(output)));
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test("the first key is printed and kept on the embedded database alone, and never logged", async () => {
  const embedded = server.databaseUrl.includes("host=");
  expect(existsSync(join(server.dataDir, "first-key"))).toBe(embedded);
  const key = /Bearer (rj_[\w-]{43})/.exec(server.output())?.[1];
  expect(key !== undefined).toBe(embedded);
  expect(server.output().includes("curl ")).toBe(embedded);
  const logged = server
    .output()
    .split("\n")
    .filter((line) => line.startsWith("{"));
  expect(logged.filter((line) => line.includes("rj_") || line.includes(tokenIn(server.output())))).toEqual([]);
});

test("once there is an owner, the command's link is for their password", { timeout: 90_000 }, async () => {
  await query(server, "INSERT INTO app_user (id, email) VALUES ('user_1', 'owner@example.test')");
  await query(
    server,
    "INSERT INTO membership (team_id, user_id, role) SELECT id, 'user_1', 'owner' FROM team ORDER BY id LIMIT 1",
  );
  expect(await setupLink()).toContain("Set an owner's password");
});
