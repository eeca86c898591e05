import { randomBytes } from "node:crypto";
import { toFile } from "openai";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { dumpTables, searchFiles, searchTables } from "#tests/support/leaks";
import {
  chatChunk,
  chatText,
  chatToolCalls,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query, type RunningServer, startServer, type TestTeam } from "#tests/support/server";
import { ask, openSocket, responseOf, textOf } from "#tests/support/websocket-client";

/** A word that no table, file or log may hold. */
function canary(name: string): string {
  return `canary-${name}-${randomBytes(8).toString("hex")}`;
}

const secret = {
  bearer: canary("bearer"),
  providerKey: canary("provider-key"),
  toolHeader: canary("tool-header"),
  toolQuery: canary("tool-query"),
  toolAuthorization: canary("tool-authorization"),
  wrongKey: `rj_${canary("wrong-key")}`,
};
const content = {
  input: canary("input"),
  instructions: canary("instructions"),
  output: canary("output"),
  argument: canary("argument"),
  result: canary("result"),
  failure: canary("failure"),
  partial: canary("partial"),
};
const kept = canary("kept");
const chunk = canary("chunk");

let upstream: ScriptedUpstream;
let server: RunningServer;
let team: TestTeam;
let quiet: TestTeam;

const MODEL = "openai/scripted-model";
const weather = {
  type: "function" as const,
  name: "weather",
  strict: false,
  parameters: { type: "object", properties: { place: { type: "string" } } },
};

function post(key: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return postTo("/v1/responses", key, { body, headers });
}

function postTo(
  path: string,
  key: string,
  { body, headers }: { body: unknown; headers?: Record<string, string> },
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function traceOf(response: Response): Promise<Record<string, unknown>> {
  const traceId = response.headers.get("x-request-id");
  return vi.waitFor(
    async () => {
      const [row] = await query(server, "select * from trace where id = $1 and status <> 'running'", [traceId]);
      if (!row) throw new Error("no trace yet");
      return row;
    },
    { timeout: 10_000, interval: 100 },
  );
}

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  server = await startServer({
    env: {
      OPENAI_API_KEY: "sk-upstream",
      OPENAI_BASE_URL: upstream.baseUrl,
      PROVIDER_KEY_PASSTHROUGH: "on",
      PROVIDER_MAX_ATTEMPTS: "2",
      PROVIDER_BACKOFF_SECONDS: "0.01",
      LOG_LEVEL: "trace",
    },
  });
  team = await createTeam(server);
  quiet = await createTeam(server);
  await query(server, "update api_key set log_content = false where id = $1", [quiet.keyId]);
});

afterAll(async () => {
  await server.stop();
  await upstream.close();
  await server.remove();
});

test("requests with secrets and with content that is not to be kept", { timeout: 60_000 }, async () => {
  // Secrets, on a key that keeps content: a vendor that quotes the key in its refusal is the worst of them.
  const mcp = {
    type: "mcp",
    server_label: "x",
    server_url: `https://mcp.invalid/?api_key=${secret.toolQuery}`,
    headers: { "x-token": secret.toolHeader },
    authorization: secret.toolAuthorization,
  };
  await post(team.key, { model: MODEL, input: "Hi", tools: [mcp] });
  const refusal = (key: string) => ({
    error: { message: `Incorrect API key provided: ${key}.`, type: "invalid_request_error" },
  });
  const own = { "x-model-provider": "openai", "x-provider-api-key": secret.providerKey };
  expect((await post(team.key, { model: MODEL, input: "Hi" }, own)).status).toBe(200);
  upstream.script((exchange) => exchange.json(401, refusal(secret.providerKey)));
  const refused = await post(team.key, { model: MODEL, input: "Hi" }, own);
  expect(refused.status).toBe(502);
  expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secret.providerKey}`);
  expect((await post(secret.bearer, { model: MODEL, input: "Hi" }, { "x-model-provider": "openai" })).status).toBe(200);
  expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secret.bearer}`);
  upstream.script((exchange) => exchange.json(401, refusal(secret.bearer)));
  await post(secret.bearer, { model: MODEL, input: "Hi" }, { "x-model-provider": "openai" });
  expect((await post(secret.wrongKey, { model: MODEL, input: "Hi" })).status).toBe(401);
  expect(await traceOf(refused)).toMatchObject({ status: "error" });

  // What is to be kept is kept: the search below can find something.
  upstream.script(chatText(`Indeed ${kept}.`));
  const keeping = await post(team.key, { model: MODEL, input: `Please keep ${kept}` });
  expect(await traceOf(keeping)).toMatchObject({ has_content: true, input_preview: `Please keep ${kept}` });

  // Content that is not: `store: false`, and a key that keeps none.
  for (const [key, store] of [
    [team.key, false],
    [quiet.key, undefined],
  ] as const) {
    const base = { model: MODEL, store, instructions: content.instructions, tools: [weather] };
    for (const stream of [false, true]) {
      upstream.script(chatText(["So be it: ", content.output]));
      const answer = await post(key, { ...base, stream, input: content.input });
      expect(await answer.text()).toContain(content.output);
      expect(await traceOf(answer)).toMatchObject({
        has_content: false,
        status: "ok",
        input_preview: null,
        output_preview: null,
      });
    }
    const socket = await openSocket(server, { key });
    upstream.script(chatText(content.output), chatText(content.output));
    const { id } = responseOf(await ask(socket, { ...base, input: content.input }));
    const next = responseOf(await ask(socket, { ...base, previous_response_id: id, input: content.input }));
    expect(textOf(next)).toBe(content.output);
    await socket.close();
    upstream.script(
      chatToolCalls([{ id: "call_1", name: "weather", arguments: JSON.stringify({ place: content.argument }) }]),
    );
    const called = await post(key, { ...base, input: content.input });
    expect(await called.text()).toContain(content.argument);
    await post(key, {
      ...base,
      input: [
        { role: "user", content: content.input },
        {
          type: "function_call",
          call_id: "call_1",
          name: "weather",
          arguments: JSON.stringify({ place: content.argument }),
        },
        { type: "function_call_output", call_id: "call_1", output: content.result },
      ],
    });
    // A vendor that quotes the prompt in its error, before the stream and within it.
    const quoting = { error: { message: `I do not like "${content.input}" and ${content.failure}.` } };
    upstream.script((exchange) => exchange.json(400, quoting));
    const failed = await post(key, { ...base, input: content.input });
    expect(await traceOf(failed)).toMatchObject({ status: "error", error_message: null });
    upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: content.partial }));
      exchange.send(quoting);
      exchange.done();
    });
    const broken = await post(key, { ...base, stream: true, input: content.input });
    await broken.text();
    await traceOf(broken);
    // Refused by us, with the content at fault in the body.
    await post(key, { ...base, input: [{ role: content.input, content: content.input }] });
    await post(key, { ...base, input: content.input, temperature: content.input });
  }
});

test("chat completions and embeddings whose content is not to be kept", { timeout: 60_000 }, async () => {
  const messages = [
    { role: "system", content: content.instructions },
    { role: "user", content: content.input },
  ];
  for (const [key, store] of [
    [team.key, false],
    [quiet.key, true],
  ] as const) {
    for (const stream of [false, true]) {
      upstream.script(chatText(["So be it: ", content.output]));
      const answer = await postTo("/v1/chat/completions", key, { body: { model: MODEL, store, stream, messages } });
      expect(await answer.text()).toContain(content.output);
      expect(await traceOf(answer)).toMatchObject({ has_content: false, status: "ok", input_preview: null });
    }
    const wrong = { model: MODEL, store, messages: [...messages, { role: content.input, content: content.input }] };
    expect((await postTo("/v1/chat/completions", key, { body: wrong })).status).toBe(400);
  }
  const embedded = await postTo("/v1/embeddings", quiet.key, {
    body: { model: "builtin/hash-1024", input: content.input },
  });
  expect(await traceOf(embedded)).toMatchObject({ has_content: false, status: "ok", input_preview: null });
});

test("compaction and token counts whose content is not to be kept", { timeout: 60_000 }, async () => {
  const compact_threshold = 1000;
  for (const [key, store] of [
    [team.key, false],
    [quiet.key, undefined],
  ] as const) {
    const input = [
      { role: "user", content: content.input },
      { role: "assistant", content: `${content.output} ${"word ".repeat(1200)}` },
      { role: "user", content: content.argument },
    ];
    const base = { model: MODEL, store, input, instructions: content.instructions };
    upstream.script(chatText(content.result), chatText(content.partial));
    const managed = await post(key, { ...base, context_management: [{ type: "compaction", compact_threshold }] });
    expect(await managed.json()).toMatchObject({ output: [{ type: "compaction" }, { type: "message" }] });
    upstream.script(chatText(content.result));
    const compacted = await postTo("/v1/responses/compact", key, { body: base });
    expect(compacted.status).toBe(200);
    const counted = await postTo("/v1/responses/input_tokens", key, { body: { ...base, truncation: content.input } });
    expect(counted.status).toBe(400);
    for (const answer of [managed, compacted, counted]) {
      expect(await traceOf(answer)).toMatchObject({ has_content: false, input_preview: null, error_message: null });
    }
  }
});

test("a file's text stays where documents are kept, and reaches no trace, response or log of a quiet key", {
  timeout: 60_000,
}, async () => {
  const client = openaiClient(server, quiet.key);
  const file = await client.files.create({
    purpose: "assistants",
    file: await toFile(Buffer.from(`The tower is 330 metres tall. Its code word is ${chunk}.`), "tower.txt"),
  });
  const store = await client.vectorStores.create({ name: "towers" });
  await client.vectorStores.files.createAndPoll(store.id, { file_id: file.id });
  await client.vectorStores.search(store.id, { query: "How tall is the tower?" });
  const { data, response } = await client.responses
    .create({
      model: "builtin/demo",
      input: "How tall is the tower, and what is its code word?",
      tools: [{ type: "file_search", vector_store_ids: [store.id] }],
      include: ["file_search_call.results"],
    })
    .withResponse();
  expect(JSON.stringify(data.output)).toContain(chunk);
  const trace = await traceOf(response);
  expect(trace).toMatchObject({ has_content: false, tool_names: ["file_search"] });
});

test("the canaries are in no table, no file and no log", { timeout: 120_000 }, async () => {
  const dump = await dumpTables(server);
  await server.stop();
  expect(searchTables(dump, [kept])).toContain(`${kept} in public.trace`);
  const never = [...Object.values(secret), ...Object.values(content)];
  expect(searchTables(dump, never)).toEqual([]);
  expect(await searchFiles(server.dataDir, never)).toEqual([]);
  expect(never.filter((word) => server.output().includes(word))).toEqual([]);
  const documents = /\b(chunk|file_text|file_text_part|blob_chunk)$/;
  expect(searchTables(dump, [chunk]).filter((place) => !documents.test(place))).toEqual([]);
  expect(server.output()).not.toContain(chunk);
});
