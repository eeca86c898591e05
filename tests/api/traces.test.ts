import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { chatChunk, chatText, type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { createTeam, query, type RunningServer, startServer, type TestTeam } from "#tests/support/server";

/** Only guards against hanging. */
const PATIENCE = { timeout: 60_000, interval: 50 };

let upstream: ScriptedUpstream;
let server: RunningServer;
let team: TestTeam;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  server = await start();
  team = await createTeam(server);
});

afterAll(async () => {
  await server.stop();
  await upstream.close();
  await server.remove();
});

function start(from: { dataDir?: string; databaseUrl?: string } = {}): Promise<RunningServer> {
  return startServer({ ...from, env: { OPENAI_API_KEY: "sk-upstream", OPENAI_BASE_URL: upstream.baseUrl } });
}

function ask(body: Record<string, unknown>): Promise<Response> {
  return fetch(`${server.url}/v1/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openai/scripted-model", input: "How tall is it?", ...body }),
  });
}

type Row = Record<string, unknown>;

function findTrace(id: string | null): Promise<Row[]> {
  return query<Row>(server, "select * from trace where team_id = $1 and id = $2", [team.teamId, id]);
}

async function endedTrace(id: string | null): Promise<Row> {
  return vi.waitFor(async () => {
    const [row] = await findTrace(id);
    if (!row || row.status === "running") throw new Error("not there yet");
    return row;
  }, PATIENCE);
}

/** Where other nodes may share the database, a run is lost once it was silent for 30 s: as if that time had passed. */
async function fallSilent(id: string | null): Promise<void> {
  await query(server, "update trace set seen_at = seen_at - interval '1 minute' where id = $1", [id]);
}

test("the answer's x-request-id is the id of its trace, there at most 2 s after the end, with its spans", async () => {
  upstream.script(chatText(["330 ", "metres."]));
  const answer = await ask({ stream: true });
  await answer.text();
  const endedAt = Date.now();
  const id = answer.headers.get("x-request-id");
  const trace = await endedTrace(id);
  expect(trace).toMatchObject({
    status: "ok",
    name: "POST /v1/responses",
    requested_model: "openai/scripted-model",
    served_model: "openai/scripted-model",
    provider: "openai",
    input_tokens: 11,
    output_tokens: 7,
    cost_usd: null,
    http_status: 200,
    api_key_id: team.keyId,
    input_preview: "How tall is it?",
    output_preview: "330 metres.",
  });
  // When the row was written, by the writer's own word.
  expect(Number(trace.seen_at) - endedAt).toBeLessThan(2_000);
  const spans = await query<Row>(server, "select * from span where id like $1 order by offset_ms, id", [`${id}%`]);
  expect(spans.map(({ kind }) => kind)).toEqual(["gateway", "gateway", "storage", "model", "storage"]);
  const [root, ...others] = spans;
  for (const span of others) expect(span.parent_id).toBe(root?.id);
  expect(spans[3]).toMatchObject({
    attributes: { provider: "openai", model: "scripted-model", inputTokens: 11, outputTokens: 7, costUsd: null },
    first_token_ms: expect.any(Number),
  });
  const [payload] = await query<{ body: { events: { type: string }[] } }>(
    server,
    "select body from trace_payload where id = $1",
    [id],
  );
  expect(payload?.body).toMatchObject({ request: { input: "How tall is it?" }, response: { status: "completed" } });
  const events = payload?.body.events ?? [];
  expect(events.map((event) => event.type)).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
  expect(JSON.stringify(events)).not.toContain("330");
});

const refusals = [
  {
    name: "an unknown model",
    body: { model: "nope/at-all" },
    expected: { http_status: 404, error_code: "model_not_found", requested_model: "nope/at-all" },
  },
  { name: "a wrong body", body: { input: 7 }, expected: { http_status: 400 } },
];

test.each(refusals)("a request refused for $name leaves a trace", async ({ body, expected }) => {
  const answer = await ask(body);
  expect(answer.status).toBe(expected.http_status);
  expect(await endedTrace(answer.headers.get("x-request-id"))).toMatchObject({ status: "error", ...expected });
});

test("a run that lasts shows as running, and as lost when its process was killed", async () => {
  const begun = new Promise<void>((resolve) => {
    upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "330" }));
      resolve();
    });
  });
  const answer = ask({ stream: true }).catch(() => null);
  await begun;
  const id = (await answer)?.headers.get("x-request-id") ?? null;
  await vi.waitFor(
    async () => expect(await findTrace(id)).toMatchObject([{ status: "running", output_preview: null }]),
    PATIENCE,
  );
  await server.kill();
  if (!server.databaseUrl.includes("host=")) await fallSilent(id);
  server = await start({ dataDir: server.dataDir, databaseUrl: server.databaseUrl });
  expect(await endedTrace(id)).toMatchObject({ status: "lost", error_code: "process_lost" });
});
