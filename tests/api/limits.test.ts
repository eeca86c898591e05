import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, chatUsage, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { openaiClient, query, type RunningServer, startServer } from "#tests/support/server";

let server: RunningServer;
let team: ScriptedTeam;

const MAX_JSON = 200_000;

beforeAll(async () => {
  server = await startServer({
    env: {
      MAX_CONCURRENT_RUNS: "2",
      MAX_JSON_BODY_BYTES: String(MAX_JSON),
      MAX_QUEUED_BYTES: "300000",
      REQUEST_IDLE_SECONDS: "2",
      INGEST_MAX_QUEUED_FILES: "2",
      INGEST_QUEUE_RETRY_SECONDS: "7",
      SSE_HEARTBEAT_SECONDS: "0.2",
      SSE_STALLED_READER_SECONDS: "0.5",
    },
  });
  team = await createScriptedTeam(server);
});

afterAll(async () => {
  await server.stop();
  await team.close();
  await server.remove();
});

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

function post(body: Record<string, unknown> = {}): Promise<Response> {
  return postResponse({ server, key: team.key }, { model: team.model, input: "Hi", ...body });
}

describe("more runs than the process takes", () => {
  it("are refused at once with 503 and retry-after, health stays green, and a free place is used again", async () => {
    const held = [hold(), hold()];
    const running = [post({ stream: true }), post()];
    const exchanges = await Promise.all(held);
    const refused = await post();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after-ms"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: "overloaded", type: "server_error" } });
    const store = await team.client.vectorStores.create({ name: "papers" });
    const search = team.client.vectorStores.search(store.id, { query: "anything" });
    await expect(search).rejects.toMatchObject({ status: 503 });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    for (const exchange of exchanges) finish(exchange);
    for (const answer of running) await (await answer).text();
    expect((await post()).status).toBe(200);
  });
});

describe("bodies", () => {
  it("in pieces are refused as soon as they are too large", async () => {
    const { hostname, port } = new URL(server.url);
    const socket: Socket = connect(Number(port), hostname);
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (data: string) => (received += data));
    socket.on("error", () => {});
    const head = [
      "POST /v1/responses HTTP/1.1",
      `host: ${hostname}:${port}`,
      `authorization: Bearer ${team.key}`,
      "transfer-encoding: chunked",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const piece = "a".repeat(50_000);
    for (let sent = 0; sent <= MAX_JSON; sent += piece.length) {
      socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    }
    await eventually(() => expect(received).toMatch(/^HTTP\/1\.1 413 /));
    socket.destroy();
  });

  it.each([
    ["/v1/responses", "application/json", '{"input": "Hel'],
    [
      "/v1/files",
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nHel',
    ],
  ])("that stop coming on %s are answered 408, and the connection is closed", async (path, type, beginning) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (data: string) => (received += data));
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    const head = [
      `POST ${path} HTTP/1.1`,
      `host: ${hostname}:${port}`,
      `authorization: Bearer ${team.key}`,
      `content-type: ${type}`,
      "content-length: 1000",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${beginning}`);
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/);
  });

  it("just under the limit are taken", async () => {
    const answer = await post({ model: "builtin/echo", input: "a".repeat(MAX_JSON - 200) });
    expect(answer.status).toBe(200);
  });

  it("that together hold too many bytes are refused with 503", async () => {
    const held = hold();
    const first = post({ input: "a".repeat(MAX_JSON - 1000) });
    const exchange = await held;
    const second = await post({ input: "a".repeat(MAX_JSON - 1000) });
    expect(second.status).toBe(503);
    finish(exchange);
    expect((await first).status).toBe(200);
  });
});

it("sends a comment while the vendor is silent, as a frame of its own", async () => {
  const held = hold();
  const answer = await post({ stream: true });
  const exchange = await held;
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/(: keep-alive\n\n){2}/.test(text)) {
    const next = await reader?.read();
    if (!next || next.done) throw new Error(`ended early: ${text}`);
    text += next.value;
  }
  finish(exchange);
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) text += next.value;
  expect(eventsOf(text.replaceAll(": keep-alive\n\n", "")).at(-1)).toMatchObject({ type: "response.completed" });
});

it("cuts off a reader that takes nothing, and the vendor with it", async () => {
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
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(
      `${server.url}/v1/responses`,
      { method: "POST", headers: { authorization: `Bearer ${team.key}` }, agent: false },
      resolve,
    );
    request.on("error", reject);
    request.end(JSON.stringify({ model: team.model, input: "Hi", stream: true }));
  });
  answer.pause();
  answer.on("error", () => {});
  await abandoned;
  answer.destroy();
  team.upstream.script(chatText("fine"));
  await eventually(async () => expect((await post()).status).toBe(200));
});

describe("more files than may wait to be read", () => {
  it("are refused with 429 and retry-after, until there is room", async () => {
    const client = openaiClient(server, team.key);
    const upload = async (text: string) => {
      const file = await toFile(Buffer.from(text), "a.txt");
      return (await client.files.create({ file, purpose: "assistants" })).id;
    };
    const [one, two, three] = [await upload("one"), await upload("two"), await upload("three")];
    const store = await client.vectorStores.create({});
    // They wait for as long as the test likes: they have no job.
    await query(
      server,
      `INSERT INTO vector_store_file (team_id, vector_store_id, file_id, status, step, chunking_strategy, ingest_id, created_at)
       SELECT $1, $2, unnest($3::text[]), 'in_progress', 'queued', '{"maxChunkSizeTokens":400,"chunkOverlapTokens":0}', 'x', now()`,
      [team.teamId, store.id, [one, two]],
    );
    const attach = () => client.vectorStores.files.create(store.id, { file_id: three });
    const refused = await attach().catch((error) => error);
    expect(refused).toMatchObject({
      status: 429,
      type: "rate_limit_error",
      message: expect.stringContaining("2 files"),
    });
    expect(refused.headers.get("retry-after")).toBe("7");
    await expect(client.vectorStores.create({ file_ids: [three] })).rejects.toMatchObject({ status: 429 });
    await client.vectorStores.files.delete(one, { vector_store_id: store.id });
    expect(await attach()).toMatchObject({ id: three, vector_store_id: store.id });
  });
});
