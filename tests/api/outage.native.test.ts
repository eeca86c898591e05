import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNativeDatabase } from "#tests/support/database";
import { eventually } from "#tests/support/eventually";
import { createTeam, query, type RunningServer, startServer, type TestTeam } from "#tests/support/server";

const NATIVE = process.env.TEST_DATABASE_URL ?? "";

/** A way to the database that can be cut and opened again. */
async function startGate(url: URL): Promise<{ url: string; cut(): void; open(): void; close(): void }> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const gate = createServer((inside) => {
    if (!isOpen) {
      inside.destroy();
      return;
    }
    const outside = connect(Number(url.port || 5432), url.hostname);
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String((gate.address() as AddressInfo).port);
  const cut = () => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    cut,
    open: () => {
      isOpen = true;
    },
    close: () => {
      cut();
      gate.close();
    },
  };
}

// The embedded database is a part of the process: it cannot be cut off from it.
describe("while the database is away", () => {
  let database: Awaited<ReturnType<typeof createNativeDatabase>>;
  let gate: Awaited<ReturnType<typeof startGate>>;
  let server: RunningServer;
  let team: TestTeam;

  beforeAll(async () => {
    database = await createNativeDatabase(NATIVE);
    gate = await startGate(new URL(database.url));
    server = await startServer({ databaseUrl: gate.url });
    team = await createTeam({ ...server, databaseUrl: database.url });
  });
  afterAll(async () => {
    gate.open();
    await server.stop();
    gate.close();
    await server.remove();
    await database.drop();
  });

  const ask = (key: string, body: Record<string, unknown> = {}) =>
    fetch(`${server.url}/v1/responses`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "builtin/echo", input: "x", ...body }),
    });

  it("known keys go on, what must be stored fails as unavailable, and all is well once it is back", async () => {
    expect((await ask(team.key)).status).toBe(200);
    gate.cut();

    expect((await ask(team.key, { store: false })).status).toBe(200);
    const refused = await ask(team.key);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ error: { code: "database_unavailable" } });
    const broken = await (await ask(team.key, { stream: true })).text();
    expect(broken).toMatch(/event: error\n[\s\S]*event: response\.failed\n[\s\S]*data: \[DONE\]\n\n$/);
    expect((await ask(`rj_${"a".repeat(43)}`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

    gate.open();
    await eventually(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));
    await eventually(async () => expect((await ask(team.key)).status).toBe(200));
    // What ran meanwhile is traced now: the traces waited.
    await eventually(async () => {
      const rows = await query<{ status: string }>(
        { ...server, databaseUrl: database.url },
        "SELECT status FROM trace WHERE team_id = $1 AND error_code = 'database_unavailable'",
        [team.teamId],
      );
      expect(rows).toHaveLength(2);
    });
  });
});
