import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, chatUsage, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { query, type RunningServer, startServer } from "#tests/support/server";
import { openSocket, refusedUpgrade, responseOf, type TestSocket } from "#tests/support/websocket-client";

let server: RunningServer;
let team: ScriptedTeam;

const MAX_CONNECTIONS = 3;

beforeAll(async () => {
  server = await startServer({
    env: {
      API_KEY_CACHE_SECONDS: "0.001",
      MAX_CONCURRENT_RUNS: "1",
      MAX_JSON_BODY_BYTES: "100000",
      SSE_STALLED_READER_SECONDS: "0.5",
      WEBSOCKET_MAX_CONNECTIONS: String(MAX_CONNECTIONS),
      WEBSOCKET_MAX_QUEUED_TURNS: "2",
    },
  });
  team = await createScriptedTeam(server);
});

afterAll(async () => {
  if (server.process.exitCode === null) await server.stop();
  await team.close();
  await server.remove();
});

const open = () => openSocket(server, { key: team.key });

/** The next upstream call, held open. */
function hold(): Promise<UpstreamExchange> {
  return new Promise((resolve) =>
    team.upstream.script((exchange) => {
      exchange.send(chatChunk({ content: "x" }));
      resolve(exchange);
    }),
  );
}

function finish(exchange: UpstreamExchange): void {
  exchange.send(chatChunk({}, "stop"));
  exchange.send(chatUsage({ prompt: 3, completion: 2 }));
  exchange.done();
}

/** Opens as many as there is room for: connections of earlier tests leave a moment after they were closed. */
function openEventually(): Promise<TestSocket> {
  return eventually(open);
}

it("connections over the maximum are refused with 503 and retry-after", async () => {
  const sockets = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, open));
  const refused = await refusedUpgrade(server, { key: team.key });
  expect(refused).toMatchObject({ status: 503, body: { error: { code: "overloaded", type: "server_error" } } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  await Promise.all(sockets.map((socket) => socket.close()));
  await (await openEventually()).close();
});

it("a message over the maximum closes the connection with 1009", async () => {
  const socket = await openEventually();
  socket.create({ model: "builtin/echo", input: "x".repeat(100_001) });
  expect(await socket.closed).toMatchObject({ code: 1009 });
});

it("turns share the process's run slots with HTTP, and are refused in words when there is none", async () => {
  const socket = await openEventually();
  const held = hold();
  const running = postResponse({ server, key: team.key }, { model: team.model, input: "Hi" });
  const exchange = await held;
  socket.create({ model: "builtin/echo", input: "Hi" });
  const [refused, ...rest] = await socket.turn();
  expect(rest).toEqual([]);
  expect(refused).toMatchObject({ status: 503, error: { code: "overloaded", headers: { "retry-after": "1" } } });
  finish(exchange);
  await (await running).text();
  socket.create({ model: "builtin/echo", input: "Hi" });
  responseOf(await socket.turn());
  await socket.close();
});

it("requests that have no room to wait are refused in their place", async () => {
  const socket = await openEventually();
  const held = hold();
  socket.create({ model: team.model, input: "running" });
  const exchange = await held;
  for (const input of ["1", "2", "over", "over"]) socket.create({ model: "builtin/echo", input });
  const pong = once(socket.socket, "pong");
  socket.socket.ping();
  await pong;
  finish(exchange);
  for (let turn = 0; turn < 3; turn++) responseOf(await socket.turn());
  for (let turn = 0; turn < 2; turn++) {
    expect(await socket.turn()).toMatchObject([{ status: 429, error: { code: "rate_limit_exceeded" } }]);
  }
  await socket.close();
});

it("a key that is revoked ends its connections at their next turn", async () => {
  const socket = await openEventually();
  socket.create({ model: "builtin/echo", input: "Hi" });
  responseOf(await socket.turn());
  await query(server, "UPDATE api_key SET revoked_at = now() WHERE id = $1", [team.keyId]);
  socket.create({ model: "builtin/echo", input: "Hi" });
  expect(await socket.turn()).toMatchObject([{ type: "error", status: 401, error: { code: "invalid_api_key" } }]);
  expect(await socket.closed).toMatchObject({ code: 1008 });
  await query(server, "UPDATE api_key SET revoked_at = NULL WHERE id = $1", [team.keyId]);
});

it("cuts off a reader that takes nothing, and the vendor with it", async () => {
  const socket = await openEventually();
  let stopSending = false;
  const abandoned = new Promise<void>((resolve) =>
    team.upstream.script(async (exchange) => {
      void exchange.abandoned.then(() => {
        stopSending = true;
        resolve();
      });
      const piece = "z".repeat(16_000);
      while (!stopSending) {
        exchange.send(chatChunk({ content: piece }));
        await new Promise((next) => setImmediate(next));
      }
    }),
  );
  socket.socket.pause();
  socket.create({ model: team.model, input: "Hi" });
  await abandoned;
  socket.socket.terminate();
  team.upstream.script(chatText("fine"));
  await eventually(async () => {
    const answer = await postResponse({ server, key: team.key }, { model: team.model, input: "Hi" });
    expect(answer.status).toBe(200);
  });
});

describe("SIGTERM", () => {
  it("lets the turn under way finish, begins no other, and closes every connection with 1012", async () => {
    const [busy, idle] = [await openEventually(), await openEventually()];
    const held = hold();
    busy.create({ model: team.model, input: "Hi" });
    const exchange = await held;
    busy.create({ model: "builtin/echo", input: "too late" });
    server.process.kill("SIGTERM");
    expect(await idle.closed).toMatchObject({ code: 1012 });
    finish(exchange);
    expect(responseOf(await busy.turn()).status).toBe("completed");
    expect(await busy.closed).toMatchObject({ code: 1012 });
    expect(busy.received.join("")).not.toContain("too late");
    if (server.process.exitCode === null) await once(server.process, "exit");
    expect(server.process.exitCode).toBe(0);
  });
});
