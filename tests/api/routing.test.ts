import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { newId } from "#server/ids";
import { brokenRules } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, type UpstreamExchange, type UpstreamScript } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

/** An alias a test: what one test breaks, the next shall not find broken. */
const ALIASES = ["first", "begun", "second", "stream", "last", "load"] as const;

beforeAll(async () => {
  team = await createScriptedTeam(server);
  for (const alias of ALIASES) {
    const models = [`scripted/${alias}-1`, `scripted/${alias}-2`, "builtin/echo"];
    const targets = models.map((model, index) => ({ model, priority: index + 1, weight: 1 }));
    await query(server, "INSERT INTO model_route (id, team_id, alias, targets) VALUES ($1, $2, $3, $4)", [
      ...[newId("modelRoute"), team.teamId, alias, JSON.stringify(targets)],
    ]);
  }
});
afterAll(() => team.close());
beforeEach(() => {
  team.upstream.requests.length = 0;
});

const refusing =
  (status: number): UpstreamScript =>
  (exchange) =>
    exchange.json(status, { error: { message: "not now" } });

function ask(model: string, body: Record<string, unknown> = {}): Promise<Response> {
  return postResponse({ server, key: team.key }, { model, input: "Hello", ...body });
}

function routeHeaders({ headers }: Response): (string | null)[] {
  return ["provider", "model", "attempts"].map((name) => headers.get(`x-rejoinder-${name}`));
}

interface SpanRow extends Record<string, unknown> {
  id: string;
  name: string;
  status: string;
  parent_id: string | null;
  attributes: Record<string, unknown>;
}

function spansOf(answer: Response): Promise<SpanRow[]> {
  return eventually(async () => {
    const id = answer.headers.get("x-request-id") ?? "";
    const rows = await query<SpanRow>(
      server,
      `SELECT id, name, status, parent_id, attributes FROM span
       WHERE team_id = $1 AND id >= $2 AND id < $2 || 'g' AND kind = 'model' ORDER BY offset_ms, id`,
      [team.teamId, id],
    );
    if (rows.length === 0) throw new Error("the trace is not written yet");
    return rows;
  });
}

describe("an alias", () => {
  it("goes to its first target while that answers", async () => {
    team.upstream.script(chatText("From the first."));
    const answer = await ask("first");
    expect(await answer.json()).toMatchObject({ status: "completed", model: "scripted/first-1" });
    expect(routeHeaders(answer)).toEqual(["scripted", "scripted/first-1", "1"]);
    expect(Number(answer.headers.get("x-rejoinder-overhead-ms"))).toBeGreaterThanOrEqual(0);
  });

  it("stays with who has begun to speak: the headers come with the first word", async () => {
    const { promise: begun, resolve } = Promise.withResolvers<UpstreamExchange>();
    team.upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "Half a " }));
      resolve(exchange);
    });
    const answer = await ask("begun", { stream: true });
    expect(routeHeaders(answer)).toEqual(["scripted", "scripted/begun-1", "1"]);
    (await begun).cut();
    const events = eventsOf(await answer.text());
    expect(brokenRules(events)).toEqual([]);
    expect(events.at(-1)?.type).toBe("response.failed");
    expect(team.upstream.requests).toHaveLength(1);
  });

  it("falls down its list, tries each once, and says in JSON, in its row and in its trace who answered", async () => {
    team.upstream.script(refusing(503), chatText("From the second."));
    const answer = await ask("second");
    const response = (await answer.json()) as { id: string; model: string };
    expect(response).toMatchObject({ status: "completed", model: "scripted/second-2" });
    expect(routeHeaders(answer)).toEqual(["scripted", "scripted/second-2", "2"]);
    expect(team.upstream.requests.map(({ body }) => body.model)).toEqual(["second-1", "second-2"]);
    expect(await team.client.responses.retrieve(response.id)).toMatchObject({ model: "scripted/second-2" });

    const [call, first, second, ...more] = await spansOf(answer);
    expect(call).toMatchObject({ name: "model second", status: "ok", attributes: { provider: "scripted" } });
    expect(first).toMatchObject({ name: "attempt scripted/second-1", status: "error", attributes: { attempt: 1 } });
    expect(second).toMatchObject({ name: "attempt scripted/second-2", status: "ok", attributes: { attempt: 2 } });
    for (const attempt of [first, second]) expect(call?.id.endsWith(attempt?.parent_id ?? "-")).toBe(true);
    expect(more).toEqual([]);
    const [trace] = await query(server, "SELECT served_model, requested_model FROM trace WHERE response_id = $1", [
      response.id,
    ]);
    expect(trace).toEqual({ served_model: "scripted/second-2", requested_model: "second" });
  });

  it("streams with the headers and the model of who answers, also in the first event", async () => {
    team.upstream.script(refusing(429), chatText(["From ", "the second."]));
    const answer = await ask("stream", { stream: true });
    expect(routeHeaders(answer)).toEqual(["scripted", "scripted/stream-2", "2"]);
    const events = eventsOf(await answer.text());
    expect(brokenRules(events)).toEqual([]);
    const models = events.flatMap(({ response }) => (response ? [(response as { model: string }).model] : []));
    expect(models).toEqual(["scripted/stream-2", "scripted/stream-2", "scripted/stream-2"]);
  });

  it("reaches the last of its list", async () => {
    team.upstream.script(refusing(500), refusing(500));
    const answer = await ask("last", { input: "Echo this." });
    expect(routeHeaders(answer)).toEqual(["builtin", "builtin/echo", "3"]);
    expect(await answer.json()).toMatchObject({ model: "builtin/echo" });
  });
});

describe("under load", () => {
  it("no client sees an error while a model fails half the time and another is healthy", async () => {
    let calls = 0;
    let failures = 0;
    team.upstream.setDefault((exchange) => {
      if (exchange.body.model !== "load-1") return chatText("Healthy.")(exchange);
      calls += 1;
      if (calls % 2 === 0) return chatText("Shaky.")(exchange);
      failures += 1;
      return refusing(503)(exchange);
    });
    const bodies = Array.from({ length: 120 }, (_, index) => ({ stream: index % 2 === 1, store: index % 3 === 0 }));
    const answers = await Promise.all(bodies.map((body) => ask("load", body)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(texts.filter((text) => !/Healthy\.|Shaky\./.test(text) || text.includes("response.failed"))).toEqual([]);
    expect(failures).toBeGreaterThan(2);
    const tries = answers.reduce((sum, answer) => sum + Number(answer.headers.get("x-rejoinder-attempts")), 0);
    expect(tries).toBe(answers.length + failures);
    team.upstream.setDefault(chatText("Hello from upstream."));
  });
});

it("a model that is no alias says where it went, and how often it was tried", async () => {
  team.upstream.script(refusing(503), chatText("Second try."));
  const answer = await ask(team.model);
  expect(routeHeaders(answer)).toEqual(["scripted", team.model, "2"]);
});
