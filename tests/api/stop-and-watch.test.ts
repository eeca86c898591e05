import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { brokenRules, type WireEvent } from "#server/protocol/stream-rules";
import { queueResponse, readStream, refusalOf, untilEnded, untilLogged } from "#tests/support/background";
import { eventually } from "#tests/support/eventually";
import { finishCall, holdNextCall } from "#tests/support/held-call";
import { createScriptedTeam, eventsOf, type ScriptedTeam } from "#tests/support/scripted-team";
import { createTeam, openaiClient, query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;
let at: { server: typeof server; key: string };

beforeAll(async () => {
  team = await createScriptedTeam(server);
  at = { server, key: team.key };
});
afterAll(() => team.close());

describe("POST /v1/responses/{id}/cancel", () => {
  it("stops the provider call, keeps what was said, and ends the streams", async () => {
    const held = holdNextCall(team.upstream);
    const { id } = await queueResponse(team);
    const exchange = await held;
    const stream = readStream(at, id);
    await untilLogged(server, id, 6);
    const cancelled = await team.client.responses.cancel(id);
    await exchange.abandoned;
    const said = [{ type: "message", status: "incomplete", content: [{ type: "output_text", text: "Hel" }] }];
    expect(cancelled).toMatchObject({ id, status: "cancelled", output: said, error: null, completed_at: null });
    const events = await stream;
    expect(brokenRules(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "response.incomplete", response: { status: "cancelled" } });
    expect(await team.client.responses.cancel(id)).toEqual(cancelled);
  });

  it("leaves a finished response as it is", async () => {
    const { id } = await team.client.responses.create({ model: "builtin/echo", input: "done", background: true });
    const { output_text: _, ...done } = await untilEnded(team.client, id);
    expect(await team.client.responses.cancel(id)).toEqual(done);
  });

  it("is for background responses only", async () => {
    const { id } = await team.client.responses.create({ model: "builtin/echo", input: "at once" });
    expect(await refusalOf(team.client.responses.cancel(id))).toMatchObject({
      status: 400,
      message: "Cannot cancel a synchronous response.",
    });
  });

  it("knows no other team's responses", async () => {
    const held = holdNextCall(team.upstream);
    const { id } = await queueResponse(team);
    const exchange = await held;
    const stranger = openaiClient(server, (await createTeam(server)).key);
    const unknown = await refusalOf(stranger.responses.cancel("resp_unknown"));
    for (const ask of [
      () => stranger.responses.cancel(id),
      () => stranger.responses.retrieve(id),
      () => stranger.responses.retrieve(id, { stream: true }),
      () => stranger.responses.delete(id),
    ]) {
      const { status, message } = await refusalOf(ask());
      expect({ status, message: String(message).replace(id, "resp_unknown") }).toEqual({
        status: 404,
        message: unknown.message,
      });
    }
    finishCall(exchange);
    expect((await untilEnded(team.client, id)).status).toBe("completed");
  });
});

describe("DELETE", () => {
  it("stops a response that runs, ends its streams, and leaves nothing of it", async () => {
    const held = holdNextCall(team.upstream);
    const { id } = await queueResponse(team, { input: "to be forgotten" });
    const exchange = await held;
    const stream = readStream(at, id);
    await untilLogged(server, id, 6);
    await team.client.responses.delete(id);
    await exchange.abandoned;
    expect((await stream).at(-1)?.type).not.toMatch(/completed|incomplete|failed/);
    await eventually(async () => {
      for (const table of ["response_event", "background_run"]) {
        const rows = await query(server, `SELECT 1 FROM ${table} WHERE team_id = $1 AND response_id = $2`, [
          team.teamId,
          id,
        ]);
        expect(rows).toEqual([]);
      }
    });
    expect(await refusalOf(team.client.responses.retrieve(id))).toMatchObject({ status: 404 });
  });
});

describe("a foreground response", () => {
  it("can be watched while it runs, from its beginning", async () => {
    const held = holdNextCall(team.upstream);
    const stream = await team.client.responses.create({ model: team.model, input: "hi", stream: true });
    let watched: Promise<WireEvent[]> | null = null;
    const own: string[] = [];
    for await (const event of stream) {
      if (event.type === "response.output_text.delta" && event.delta === "Hel") {
        const answer = await fetch(`${server.url}/v1/responses/${idOf(own)}?stream=true`, {
          headers: { authorization: `Bearer ${team.key}` },
        });
        watched = answer.text().then(eventsOf);
        finishCall(await held);
      }
      own.push(event.type === "response.created" ? `id ${event.response.id}` : event.type);
    }
    const events = (await watched) ?? [];
    expect(brokenRules(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      type: "response.completed",
      response: { output: [{ content: [{ text: "Hello" }] }] },
    });
  });

  it("cannot be watched when nothing of it may be kept", async () => {
    const held = holdNextCall(team.upstream);
    const stream = await team.client.responses.create({ model: team.model, input: "hi", stream: true, store: false });
    for await (const event of stream) {
      if (event.type === "response.created") {
        const watch = team.client.responses.retrieve(event.response.id, { stream: true });
        expect(await refusalOf(watch)).toMatchObject({ status: 404 });
        finishCall(await held);
      }
    }
  });
});

function idOf(lines: readonly string[]): string {
  return lines.find((line) => line.startsWith("id "))?.slice(3) ?? "";
}
