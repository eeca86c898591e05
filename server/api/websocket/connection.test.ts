import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Connection, type Ending, type Turn } from "#server/api/websocket/connection";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import type { AppError } from "#server/errors";
import { currentLoad } from "#server/services/responses/capacity";
import { eventually } from "#tests/support/eventually";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";
import { collect } from "#tests/support/websocket-client";

const SETTINGS = {
  NODE_ENV: "test",
  WEBSOCKET_MAX_QUEUED_TURNS: "2",
  WEBSOCKET_PING_SECONDS: "30",
  WEBSOCKET_MAX_AGE_SECONDS: "20",
  MAX_QUEUED_BYTES: "100000",
};

let clock: FakeClock;
let http: Server;
const clients: WebSocket[] = [];

beforeEach(async () => {
  setConfig(parseConfig(SETTINGS));
  clock = installFakeClock();
  http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  setClock();
  for (const client of clients.splice(0)) client.terminate();
  await new Promise((resolve) => http.close(resolve));
  expect(currentLoad()).toEqual({ runs: 0, bytes: 0 });
});

/** A turn that the test ends. */
interface HeldTurn extends Turn {
  finish(ending?: Ending): void;
}

const told = (turn: Turn | undefined) => (turn?.message.type === "message" ? String(turn.message.data) : turn?.message);

/** Resolves when the server has taken everything that the client sent before. */
async function arrived(client: WebSocket): Promise<void> {
  const pong = once(client, "pong");
  client.ping();
  await pong;
}

async function open(options: { autoPong?: boolean } = {}) {
  const turns: HeldTurn[] = [];
  let closes = 0;
  const made = new Promise<Connection>((resolve) => {
    const sockets = new WebSocketServer({ noServer: true });
    http.once("upgrade", (request, stream: Duplex, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        resolve(
          new Connection({
            socket,
            stream,
            runTurn: (turn) =>
              new Promise((finish) => turns.push({ ...turn, finish: (ending) => finish(ending ?? null) })),
            tell: (error: AppError) => JSON.stringify({ type: "error", code: error.code }),
            onClosed: () => {
              closes += 1;
            },
          }),
        );
      });
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, options);
  clients.push(client);
  const inbox = collect(client);
  await once(client, "open");
  const close = async () => {
    client.terminate();
    await eventually(() => expect(closes).toBe(1));
  };
  return { connection: await made, client, turns, close, closes: () => closes, ...inbox };
}

it("runs one turn at a time, in the order the messages came", async () => {
  const { client, turns, close } = await open();
  for (const text of ["a", "b", "c"]) client.send(text);
  await eventually(() => expect(turns).toHaveLength(1));
  turns[0]?.finish();
  await eventually(() => expect(turns).toHaveLength(2));
  turns[1]?.finish();
  await eventually(() => expect(turns).toHaveLength(3));
  expect(turns.map(told)).toEqual(["a", "b", "c"]);
  await close();
});

it("answers what it has no room to keep in its place, and takes messages again afterwards", async () => {
  const { client, turns, close } = await open();
  for (const text of ["running", "1", "2", "over", "over", "over"]) client.send(text);
  await eventually(() => expect(turns).toHaveLength(1));
  await arrived(client);
  turns[0]?.finish();
  await eventually(() => expect(turns).toHaveLength(2));
  client.send("3");
  await arrived(client);
  for (const at of [1, 2, 3]) {
    await eventually(() => expect(turns.length).toBeGreaterThan(at));
    turns[at]?.finish();
  }
  await eventually(() => expect(turns).toHaveLength(5));
  const refused = { type: "refused", times: 3, error: expect.objectContaining({ code: "rate_limit_exceeded" }) };
  expect(turns.map(told)).toEqual(["running", "1", "2", refused, "3"]);
  await close();
});

describe("bytes of messages", () => {
  it("are refused in words where they are few, and given back after their turn", async () => {
    const { client, turns, close } = await open();
    client.send("x".repeat(60_000));
    client.send("y".repeat(60_000));
    await eventually(() => expect(turns).toHaveLength(1));
    await arrived(client);
    expect(currentLoad().bytes).toBe(60_000);
    turns[0]?.finish();
    await eventually(() => expect(turns).toHaveLength(2));
    expect(told(turns[1])).toMatchObject({ type: "refused", error: { code: "overloaded" } });
    expect(currentLoad().bytes).toBe(0);
    await close();
  });

  it("end the connection when there is no room for the rest of a message", async () => {
    const { client, closed, turns, closes } = await open();
    client.send("x".repeat(300_000));
    await closed;
    await eventually(() => expect(closes()).toBe(1));
    expect(turns).toEqual([]);
  });
});

describe("the limit of a connection's age", () => {
  it("is told on a connection at rest, which is then closed", async () => {
    const { turn, closed } = await open();
    clock.advance(20_000);
    expect(await turn()).toEqual([{ type: "error", code: "websocket_connection_limit_reached" }]);
    expect(await closed).toMatchObject({ code: 1001 });
  });

  it("lets the turn under way end, and begins no other", async () => {
    const { client, turns, received, closed } = await open();
    client.send("a");
    client.send("b");
    await eventually(() => expect(turns).toHaveLength(1));
    clock.advance(20_000);
    await turns[0]?.writer.write(['{"type":"response.completed"}'], { add() {}, remove() {} });
    turns[0]?.finish();
    expect(await closed).toMatchObject({ code: 1001 });
    expect(received.map((text) => JSON.parse(text).type)).toEqual(["response.completed", "error"]);
    expect(turns).toHaveLength(1);
    expect(turns[0]?.signal.aborted).toBe(false);
  });
});

describe("a peer", () => {
  it("that answers pings stays connected", async () => {
    setConfig(parseConfig({ ...SETTINGS, WEBSOCKET_MAX_AGE_SECONDS: "3600" }));
    const { client, close, closes } = await open();
    for (let round = 0; round < 3; round++) {
      const pinged = once(client, "ping");
      clock.advance(30_000);
      await pinged;
      // The server has the pong once it has answered what came after it.
      await arrived(client);
    }
    expect(closes()).toBe(0);
    await close();
  });

  it("that answers nothing is given up", async () => {
    setConfig(parseConfig({ ...SETTINGS, WEBSOCKET_MAX_AGE_SECONDS: "3600" }));
    const { closed } = await open({ autoPong: false });
    clock.advance(30_000);
    clock.advance(30_000);
    expect(await closed).toMatchObject({ code: 1006 });
  });

  it("that leaves aborts the turn under way, and what waited is not run", async () => {
    const { client, turns, close, closes } = await open();
    client.send("a");
    client.send("b");
    await eventually(() => expect(turns).toHaveLength(1));
    await close();
    expect(turns[0]?.signal.reason).toMatchObject({ code: "cancelled" });
    turns[0]?.finish();
    await eventually(() => expect(closes()).toBe(1));
    expect(turns).toHaveLength(1);
  });
});

it("closes as a turn says, after it", async () => {
  const { client, turns, closed } = await open();
  client.send("a");
  client.send("b");
  await eventually(() => expect(turns).toHaveLength(1));
  turns[0]?.finish({ code: 1008, reason: "invalid_api_key" });
  expect(await closed).toEqual({ code: 1008, reason: "invalid_api_key" });
  expect(turns).toHaveLength(1);
});
