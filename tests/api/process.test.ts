import { once } from "node:events";
import { connect } from "node:net";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { forgetDeadWorkers } from "#tests/support/killed-ingests";
import {
  chatChunk,
  chatUsage,
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamExchange,
} from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query, type RunningServer, startServer } from "#tests/support/server";

let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
});

afterAll(() => upstream.close());

/** A server of the test's own, with the scripted upstream as `openai`. */
function start(env: Record<string, string> = {}): Promise<RunningServer> {
  return startServer({ env: { OPENAI_API_KEY: "sk-upstream", OPENAI_BASE_URL: upstream.baseUrl, ...env } });
}

/** Holds the next upstream call open and hands it out once it has arrived. */
function holdNextCall(): Promise<UpstreamExchange> {
  return new Promise((resolve) =>
    upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "Hel" }));
      resolve(exchange);
    }),
  );
}

function finishCall(exchange: UpstreamExchange): void {
  exchange.send(chatChunk({ content: "lo" }));
  exchange.send(chatChunk({}, "stop"));
  exchange.send(chatUsage({ prompt: 3, completion: 2 }));
  exchange.done();
}

/** ASCII, some hundred passages: their ingestion takes long enough to be met halfway. */
function longText(number: number): string {
  const sentence = (at: number) =>
    `Paragraph ${at} of file ${number} tells of harbour ${at * 7}, its pilots and its lamps.`;
  return Array.from({ length: 5_000 }, (_, at) => sentence(at)).join("\n\n");
}

function refusesConnections(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}

describe("health", () => {
  it("answers /healthz and /readyz, and prints how to begin", async () => {
    const server = await start();
    const [health, ready] = await Promise.all([fetch(`${server.url}/healthz`), fetch(`${server.url}/readyz`)]);
    expect([health.status, ready.status]).toEqual([200, 200]);
    expect(await ready.json()).toMatchObject({ ready: true });
    expect(server.output()).toMatch(/\/setup\?token=\S+/);
    expect(await server.stop()).toBe(0);
    await server.remove();
  });
});

describe("SIGTERM", () => {
  it("lets a running response finish, writes its trace, and ends with 0", async () => {
    const server = await start();
    const { key, teamId } = await createTeam(server);
    const held = holdNextCall();
    const answer = openaiClient(server, key).responses.create({ model: "openai/scripted-model", input: "hi" });
    const exchange = await held;
    server.process.kill("SIGTERM");
    await vi.waitFor(async () => expect(await refusesConnections(server.url)).toBe(true), { timeout: 10_000 });
    finishCall(exchange);
    expect((await answer).output_text).toBe("Hello");
    if (server.process.exitCode === null) await once(server.process, "exit");
    expect(server.process.exitCode).toBe(0);

    const again = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl });
    const traces = await query<{ status: string }>(again, "SELECT status FROM trace WHERE team_id = $1", [teamId]);
    expect(traces).toEqual([{ status: "ok" }]);
    await again.stop();
    await again.remove();
  });

  it("cancels what still runs after the grace time", async () => {
    const server = await start({ SHUTDOWN_GRACE_SECONDS: "0.2" });
    const { key } = await createTeam(server);
    const held = holdNextCall();
    const answer = openaiClient(server, key)
      .responses.create({ model: "openai/scripted-model", input: "hi" })
      .catch((error: unknown) => error);
    const exchange = await held;
    expect(await server.stop()).toBe(0);
    await exchange.abandoned;
    expect(await answer).toBeInstanceOf(Error);
    await server.remove();
  });

  it("a second SIGTERM ends the process at once", async () => {
    const server = await start();
    const { key } = await createTeam(server);
    const held = holdNextCall();
    openaiClient(server, key)
      .responses.create({ model: "openai/scripted-model", input: "hi" })
      .catch(() => {});
    await held;
    server.process.kill("SIGTERM");
    await vi.waitFor(() => expect(server.output()).toContain("shutting down"), { timeout: 10_000 });
    expect(await server.stop()).toBe(1);
    await server.remove();
  });

  it("takes a Ctrl-C that npm hands on a second time for one", async () => {
    const server = await start();
    const { key } = await createTeam(server);
    const held = holdNextCall();
    const answer = openaiClient(server, key).responses.create({ model: "openai/scripted-model", input: "hi" });
    const exchange = await held;
    server.process.kill("SIGINT");
    server.process.kill("SIGINT");
    await vi.waitFor(async () => expect(await refusesConnections(server.url)).toBe(true), { timeout: 10_000 });
    finishCall(exchange);
    expect((await answer).output_text).toBe("Hello");
    if (server.process.exitCode === null) await once(server.process, "exit");
    expect(server.process.exitCode).toBe(0);
    await server.remove();
  });
});

describe("kill -9", () => {
  it("loses no response that was acknowledged, in the middle of a burst of writes", async () => {
    const server = await start();
    const { key } = await createTeam(server);
    const client = openaiClient(server, key);
    const acknowledged: string[] = [];
    let stopped = false;
    const writer = async () => {
      while (!stopped) {
        const response = await client.responses.create({ model: "builtin/echo", input: "kept" }).catch(() => null);
        if (response) acknowledged.push(response.id);
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(100), { timeout: 30_000 });
    await server.kill();
    stopped = true;
    await Promise.all(writers);

    const again = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl });
    const reader = openaiClient(again, key);
    const found = await Promise.all(
      acknowledged.map((id) => reader.responses.retrieve(id).then((response) => response.output_text)),
    );
    expect(new Set(found)).toEqual(new Set(["kept"]));
    expect(found.length).toBe(acknowledged.length);
    await again.stop();
    await again.remove();
  });
});

describe("kill -9 while files are read", () => {
  it("ends every file terminal: whole, each passage once and in its place", async () => {
    const server = await start();
    const { key, teamId } = await createTeam(server);
    const client = openaiClient(server, key);
    const store = await client.vectorStores.create({ name: "killed" });
    const broken = await toFile(Buffer.from("%PDF-1.7 and nothing more"), "broken.pdf");
    const texts = [1, 2, 3].map((number) => toFile(Buffer.from(longText(number)), `${number}.txt`));
    for (const file of [broken, ...(await Promise.all(texts))]) {
      const { id } = await client.files.create({ purpose: "assistants", file });
      await client.vectorStores.files.create(store.id, { file_id: id });
    }
    const half = "SELECT 1 FROM vector_store_file WHERE team_id = $1 AND done_count > 0 AND done_count < total_count";
    await vi.waitFor(async () => expect(await query(server, half, [teamId])).not.toEqual([]), {
      timeout: 60_000,
      interval: 5,
    });
    await server.kill();

    const began = new Date();
    const again = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl });
    // That a dead process is missed by itself, background-process.test.ts shows.
    await forgetDeadWorkers(again, began);
    const reader = openaiClient(again, key);
    const read = await vi.waitFor(
      async () => {
        const { data } = await reader.vectorStores.files.list(store.id, { order: "asc" });
        expect(data.filter(({ status }) => status === "in_progress")).toEqual([]);
        return data;
      },
      { timeout: 90_000, interval: 250 },
    );
    expect(read.map(({ status }) => status)).toEqual(["failed", "completed", "completed", "completed"]);
    const passages = await query<{ whole: boolean; gaps: boolean }>(
      again,
      `WITH whole_text AS MATERIALIZED (
         SELECT team_id, file_id, t.text || coalesce(string_agg(p.text, '' ORDER BY p.seq), '') AS text
         FROM file_text t LEFT JOIN file_text_part p USING (team_id, file_id, rest_id)
         WHERE team_id = $1 GROUP BY team_id, file_id, t.text)
       SELECT bool_and(c.text = substr(t.text, c.char_start + 1, c.char_end - c.char_start)) AS whole,
              count(*) <> max(c.ordinal) + 1 AS gaps
       FROM chunk c JOIN whole_text t USING (team_id, file_id) GROUP BY c.file_id`,
      [teamId],
    );
    expect(passages).toEqual(Array(3).fill({ whole: true, gaps: false }));
    await again.stop();
    await again.remove();
  }, 180_000);
});

// A second process on one database exists only on a native Postgres; .ci/run repeats this suite there.
if (process.env.TEST_DATABASE_URL) {
  describe("two processes on one database", () => {
    it("a response completed at one is whole at the other, 200 times", async () => {
      const first = await start();
      const second = await startServer({ databaseUrl: first.databaseUrl });
      const { key } = await createTeam(first);
      const [writer, reader] = [openaiClient(first, key), openaiClient(second, key)];
      for (let round = 0; round < 200; round++) {
        const stream = await writer.responses.create({ model: "builtin/echo", input: `round ${round}`, stream: true });
        for await (const event of stream) {
          if (event.type !== "response.completed") continue;
          const read = await reader.responses.retrieve(event.response.id);
          expect({ status: read.status, text: read.output_text }).toEqual({
            status: "completed",
            text: `round ${round}`,
          });
        }
      }
      await Promise.all([first.stop(), second.stop()]);
      await Promise.all([first.remove(), second.remove()]);
    });

    it("a key revoked at one is refused at the other", async () => {
      const first = await start();
      const second = await startServer({ databaseUrl: first.databaseUrl });
      const { key, keyId } = await createTeam(first);
      const ask = () => fetch(`${second.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      expect((await ask()).status).toBe(200);
      await query(first, "UPDATE api_key SET revoked_at = now() WHERE id = $1", [keyId]);
      await vi.waitFor(async () => expect((await ask()).status).toBe(401), { timeout: 10_000 });
      await Promise.all([first.stop(), second.stop()]);
      await Promise.all([first.remove(), second.remove()]);
    });
  });
}
