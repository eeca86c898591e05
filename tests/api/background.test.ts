import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { brokenRules } from "#server/protocol/stream-rules";
import { queueResponse, readStream, refusalOf, untilEnded } from "#tests/support/background";
import { eventually } from "#tests/support/eventually";
import { finishCall, holdNextCall } from "#tests/support/held-call";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText } from "#tests/support/scripted-upstream";
import { openaiClient, query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;
let at: { server: typeof server; key: string };

beforeAll(async () => {
  team = await createScriptedTeam(server);
  at = { server, key: team.key };
});
afterAll(() => team.close());

describe("a background response", () => {
  it("is answered as queued and can be polled to its end", async () => {
    const client = openaiClient(server, team.key);
    const queued = await client.responses.create({ model: "builtin/echo", input: "Hello there", background: true });
    expect(queued).toMatchObject({ status: "queued", background: true, output: [], usage: null, store: true });
    const done = await untilEnded(team.client, queued.id);
    expect(done).toMatchObject({ id: queued.id, status: "completed", background: true, error: null });
    expect(done.created_at).toBe(queued.created_at);
    expect(done.output_text).toBe("Hello there");
    const items = await client.responses.inputItems.list(queued.id);
    expect(items.data).toMatchObject([{ type: "message", role: "user" }]);
    const next = await client.responses.create({ model: "builtin/echo", input: "more", previous_response_id: done.id });
    expect((await client.responses.inputItems.list(next.id)).data).toHaveLength(3);
  });

  it("streams while it runs, and goes on when its reader leaves", async () => {
    const held = holdNextCall(team.upstream);
    const stream = await team.client.responses.create({
      model: team.model,
      input: "hi",
      background: true,
      stream: true,
    });
    const types: string[] = [];
    let id = "";
    for await (const event of stream) {
      types.push(event.type);
      if (event.type === "response.created") id = event.response.id;
      if (event.type === "response.output_text.delta") break;
    }
    expect(types).toEqual([
      "response.created",
      "response.queued",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
    ]);
    finishCall(await held);
    expect((await untilEnded(team.client, id)).output_text).toBe("Hello");
    const replay = await readStream(at, id);
    expect(brokenRules(replay)).toEqual([]);
    expect(replay.map((event) => event.type).slice(0, types.length)).toEqual(types);
    expect(replay.at(-1)).toMatchObject({ type: "response.completed", response: { id, status: "completed" } });
  });

  it("can be joined from any event, live", async () => {
    const held = holdNextCall(team.upstream);
    const { id } = await queueResponse(team);
    const exchange = await held;
    const late = await team.client.responses.retrieve(id, { stream: true, starting_after: 3 });
    const seen: number[] = [];
    for await (const event of late) {
      seen.push(event.sequence_number);
      if (event.type === "response.output_text.delta" && event.delta === "Hel") finishCall(exchange);
    }
    const all = await readStream(at, id);
    expect(seen).toEqual(all.map((event) => Number(event.sequence_number)).slice(4));
    expect(await readStream(at, id, `&starting_after=${all.length - 1}`)).toEqual([]);
    expect(await readStream(at, id, "&starting_after=9999")).toEqual([]);
  });

  it("is resumed by openai-node's stream helper", async () => {
    team.upstream.script(chatText(["one ", "two ", "three"]));
    const { id } = await queueResponse(team);
    await untilEnded(team.client, id);
    const stream = team.client.responses.stream({ response_id: id, starting_after: 5 });
    const numbers: number[] = [];
    stream.on("event", (event) => numbers.push(event.sequence_number));
    expect((await stream.finalResponse()).output_text).toBe("one two three");
    expect(numbers[0]).toBe(6);
  });

  it("obeys the strict dialect too", async () => {
    const body = { model: "builtin/echo", input: "hi", background: true, stream: true };
    const answer = await postResponse({ server, key: team.key }, body, {
      headers: { "OpenResponses-Version": "latest" },
    });
    const events = eventsOf(await answer.text());
    expect(brokenRules(events)).toEqual([]);
    expect(events[1]).toMatchObject({ type: "response.queued", response: { status: "queued", background: true } });
  });

  it("fails with what the provider said, as a stream and as an object", async () => {
    team.upstream.script((exchange) =>
      exchange.json(400, { error: { message: "no such thing", type: "invalid_request_error" } }),
    );
    const { id } = await queueResponse(team);
    const done = await untilEnded(team.client, id);
    expect(done).toMatchObject({ status: "failed", error: { code: expect.any(String) } });
    const events = await readStream(at, id);
    expect(brokenRules(events)).toEqual([]);
    expect(events.slice(-2).map((event) => event.type)).toEqual(["error", "response.failed"]);
  });

  it("is refused before it is queued for what a request is refused for", async () => {
    expect(await refusalOf(queueResponse(team, { model: "nobody/knows" }))).toMatchObject({ status: 404 });
    expect(await refusalOf(queueResponse(team, { previous_response_id: "resp_unknown" }))).toMatchObject({
      status: 400,
    });
    const own = team.client.responses.create(
      { model: team.model, input: "hi", background: true },
      { headers: { "x-provider-api-key": "sk-mine" } },
    );
    expect(await refusalOf(own)).toMatchObject({ status: 400, param: "background" });
  });

  it("cannot be gone on from before it has ended", async () => {
    const held = holdNextCall(team.upstream);
    const { id } = await queueResponse(team);
    const exchange = await held;
    expect(await refusalOf(queueResponse(team, { previous_response_id: id }))).toEqual({
      status: 400,
      message: `Previous response with id '${id}' has not ended: its status is in_progress.`,
      param: "previous_response_id",
    });
    finishCall(exchange);
    await untilEnded(team.client, id);
  });

  it("is one response for one Idempotency-Key", async () => {
    const options = { headers: { "Idempotency-Key": `key-${team.teamId}` } };
    const body = { model: "builtin/echo", input: "once", background: true };
    const first = await team.client.responses.create(body, options);
    await untilEnded(team.client, first.id);
    const second = await team.client.responses.create(body, options);
    expect(second).toMatchObject({ id: first.id, status: "completed", output_text: "once" });
  });

  it("leaves one trace, from the request on, with its tokens", async () => {
    team.upstream.script(chatText("traced"));
    const { data, request_id: requestId } = await team.client.responses
      .create({ model: team.model, input: "hi", background: true })
      .withResponse();
    await untilEnded(team.client, data.id);
    const traces = await eventually(async () => {
      const rows = await query<{ id: string; status: string }>(
        server,
        "SELECT id, status, input_tokens, http_status FROM trace WHERE team_id = $1 AND response_id = $2 AND status <> 'running'",
        [team.teamId, data.id],
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(traces).toEqual([{ id: requestId, status: "ok", input_tokens: 11, http_status: 200 }]);
  });
});

describe("store: false", () => {
  it("can be fetched for a while, and builds nothing on", async () => {
    const queued = await team.client.responses.create({
      model: "builtin/echo",
      input: "soon gone",
      background: true,
      store: false,
    });
    expect(queued).toMatchObject({ status: "queued", store: false });
    expect((await untilEnded(team.client, queued.id)).output_text).toBe("soon gone");
    expect(await refusalOf(queueResponse(team, { previous_response_id: queued.id }))).toMatchObject({ status: 400 });
    const rows = await query<{ left: number }>(
      server,
      "SELECT extract(epoch FROM expires_at - now())::int AS left FROM response WHERE team_id = $1 AND id = $2",
      [team.teamId, queued.id],
    );
    expect(rows[0]?.left).toBeGreaterThan(500);
    expect(rows[0]?.left).toBeLessThanOrEqual(600);
  });
});
