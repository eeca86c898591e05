import { request as httpRequest } from "node:http";
import { afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createTeam, query, type TestTeam } from "#tests/support/server";
import {
  ask,
  envelopeOf,
  refusedUpgrade,
  responseOf,
  type SocketOptions,
  socketPool,
} from "#tests/support/websocket-client";

const server = inject("server");
let team: TestTeam;
const sockets = socketPool(server);

beforeAll(async () => {
  team = await createTeam(server);
});
afterEach(() => sockets.close());

const open = (options: Partial<SocketOptions> = {}) => sockets.open({ key: team.key, ...options });

describe("what is not a request", () => {
  it.each([
    ["broken JSON", "{", "invalid_json"],
    ["nothing", "", "missing_required_parameter"],
    ["a list", "[]", "invalid_type"],
    ["another message", '{"type":"response.cancel"}', "invalid_value"],
    ["a body that is wrong", '{"type":"response.create","model":"builtin/echo","input":7}', "invalid_type"],
    ["an unknown model", '{"type":"response.create","model":"nobodys/model","input":"x"}', "model_not_found"],
  ])("%s is answered with one envelope, and the connection goes on", async (...[, text, code]) => {
    const socket = await open();
    socket.socket.send(text);
    expect(envelopeOf(await socket.turn()).error.code).toBe(code);
    responseOf(await ask(socket, { model: "builtin/echo", input: "Hi" }));
  });
});

it("a message that is not UTF-8 closes the connection with 1007", async () => {
  const socket = await open();
  socket.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
  expect(await socket.closed).toMatchObject({ code: 1007 });
});

it("repeats the lane of a request in everything that answers it", async () => {
  const socket = await open();
  socket.create({ model: "builtin/echo", input: "a", stream_id: "left" });
  socket.create({ model: "builtin/echo", input: 7, stream_id: "right" });
  socket.create({ model: "builtin/echo", input: "c" });
  const turns = [await socket.turn(), await socket.turn(), await socket.turn()];
  expect(turns.map((events) => new Set(events.map((event) => event.stream_id)))).toEqual([
    new Set(["left"]),
    new Set(["right"]),
    new Set([undefined]),
  ]);
});

it("leaves a trace of each turn, named in what a refusal says in place of headers", async () => {
  const socket = await open();
  const made = responseOf(await ask(socket, { model: "builtin/echo", input: "Hi" }));
  const refused = envelopeOf(await ask(socket, { model: "builtin/echo", input: 7 }));
  const traceOf = (column: string, value: string) =>
    query(server, `SELECT name, status, http_status FROM trace WHERE ${column} = $1`, [value]);
  await eventually(async () => {
    expect(await traceOf("response_id", made.id)).toEqual([
      { name: "WS /v1/responses", status: "ok", http_status: 200 },
    ]);
    expect(await traceOf("id", refused.error.headers["x-request-id"] ?? "")).toEqual([
      { name: "WS /v1/responses", status: "error", http_status: 400 },
    ]);
  });
});

it("counts every turn against the key's limits, and says when to try again", async () => {
  const limited = await createTeam(server);
  await query(server, "UPDATE api_key SET requests_per_minute = 1 WHERE id = $1", [limited.keyId]);
  const socket = await open({ key: limited.key });
  responseOf(await ask(socket, { model: "builtin/echo", input: "Hi" }));
  const over = envelopeOf(await ask(socket, { model: "builtin/echo", input: "Hi" }));
  expect(over).toMatchObject({ status: 429, error: { code: "rate_limit_exceeded" } });
  expect(Number(over.error.headers["retry-after-ms"])).toBeGreaterThan(0);
  expect(over.error.headers["x-ratelimit-limit-requests"]).toBe("1");
});

describe("an upgrade", () => {
  it("without a valid key is answered as HTTP, in the API's shape", async () => {
    const answer = await refusedUpgrade(server, { key: "rj_nobodys" });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: "invalid_api_key", type: "authentication_error", message: expect.any(String) } },
    });
    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("with a key that may not run responses is answered with 403, and leaves a trace", async () => {
    const reader = await createTeam(server, ["responses.read"]);
    const answer = await refusedUpgrade(server, { key: reader.key, strict: true });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "insufficient_scope" } } });
    await eventually(async () => {
      const traces = await query(server, "SELECT id, http_status FROM trace WHERE team_id = $1", [reader.teamId]);
      expect(traces).toEqual([{ id: answer.headers["x-request-id"], http_status: 403 }]);
    });
  });

  interface Offer {
    method: string;
    path: string;
    protocol: string;
  }

  /** Status and body of the answer to a request that offers an upgrade, without the rest of a handshake. */
  function offer({ method, path, protocol }: Offer): Promise<{ status: number | undefined; text: string }> {
    const headers = { authorization: `Bearer ${team.key}`, connection: "Upgrade", upgrade: protocol };
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${server.url}${path}`, { method, headers, agent: false }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      });
      request.on("error", reject);
      request.end(method === "POST" ? JSON.stringify({ model: "builtin/echo", input: "Hi" }) : undefined);
    });
  }

  it("with a broken handshake is answered with 400", async () => {
    const { status, text } = await offer({ method: "GET", path: "/v1/responses", protocol: "WebSocket" });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: "invalid_request", message: expect.stringContaining("Key") },
    });
  });

  it.each([
    ["of HTTP/2", { method: "POST", path: "/v1/responses", protocol: "h2c" }, 200],
    ["of another path", { method: "GET", path: "/v1/models", protocol: "websocket" }, 200],
    ["of another method", { method: "DELETE", path: "/v1/responses", protocol: "websocket" }, 405],
  ])("%s is answered as if it had not been offered", async (...[, offered, status]) => {
    expect((await offer(offered)).status).toBe(status);
  });
});
