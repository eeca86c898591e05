import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "#server/ids";
import { brokenRules } from "#server/protocol/stream-rules";
import { queueResponse, readStream, untilEnded, untilLogged } from "#tests/support/background";
import { eventually } from "#tests/support/eventually";
import { finishCall, holdNextCall } from "#tests/support/held-call";
import { dumpTables, searchTables } from "#tests/support/leaks";
import { addConnection, createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { openaiClient, query, type RunningServer, type ServerAddress, startServer } from "#tests/support/server";

/** A vector store of the team's whose searches ask the team's own upstream for vectors. */
async function createStore(server: ServerAddress, teamId: string): Promise<string> {
  const id = newId("vectorStore");
  await query(
    server,
    `INSERT INTO vector_store (team_id, id, name, embedding_model, dimensions, created_at, last_active_at)
     VALUES ($1, $2, 'notes', 'scripted/embed', 3, now(), now())`,
    [teamId, id],
  );
  return id;
}

/** Takes the next upstream call, answers nothing, and hands it out. */
function takeNextCall(team: ScriptedTeam): Promise<UpstreamExchange> {
  return new Promise((resolve) => team.upstream.script(resolve));
}

function callsTo(team: ScriptedTeam, path: string): number {
  return team.upstream.requests.filter((request) => request.path.endsWith(path)).length;
}

/** The response once it has ended. A dead process's job is missed after ten seconds, and found within five more. */
function untilEndedElsewhere(server: ServerAddress, team: ScriptedTeam, id: string) {
  const client = openaiClient(server, team.key);
  return vi.waitFor(
    async () => {
      const response = await client.responses.retrieve(id);
      expect(["queued", "in_progress"]).not.toContain(response.status);
      return response;
    },
    { timeout: 60_000, interval: 100 },
  );
}

describe("a process that dies with background responses", () => {
  let server: RunningServer;
  let team: ScriptedTeam;
  beforeAll(async () => {
    server = await startServer();
    team = await createScriptedTeam(server);
    const { baseUrl } = team.upstream;
    await addConnection(server, team.teamId, { name: "native", baseUrl, wire: "responses" });
  });
  afterAll(async () => {
    await server.stop();
    await server.remove();
    await team.close();
  });

  it("leaves them to the next one: run again if nothing was said or called, failed else, within a minute", async () => {
    // One that waits for the model's first word.
    const silent = takeNextCall(team);
    const quiet = await queueResponse(team);
    await silent;
    // One that has said something.
    const held = holdNextCall(team.upstream);
    const talking = await queueResponse(team);
    await held;
    await untilLogged(server, talking.id, 6);
    // One whose tool has been called: it asks for the vector of the query.
    const call = { id: "call_1", name: "file_search", arguments: '{"queries":["cats"]}' };
    team.upstream.script(chatToolCalls([call]));
    const toolCall = takeNextCall(team);
    const searching = await queueResponse(team, {
      tools: [{ type: "file_search", vector_store_ids: [await createStore(server, team.teamId)] }],
    });
    expect((await toolCall).path).toMatch(/embeddings$/);
    // One whose vendor runs tools itself, and may have called one before it says so.
    const vendorCall = takeNextCall(team);
    const asking = await queueResponse(team, { model: "native/m", tools: [{ type: "web_search" }] });
    expect((await vendorCall).path).toMatch(/responses$/);

    await server.kill();
    const chats = callsTo(team, "/chat/completions");
    team.upstream.setDefault(chatText("At last."));
    server = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl });

    const all = [quiet, talking, searching, asking];
    const ended = await Promise.all(all.map(({ id }) => untilEndedElsewhere(server, team, id)));
    const [again, broken, searched, asked] = ended;
    expect(again).toMatchObject({ status: "completed", output_text: "At last." });
    expect(broken).toMatchObject({ status: "failed", output_text: "Hel", error: { code: "run_interrupted" } });
    expect(searched).toMatchObject({ status: "failed", error: { code: "run_interrupted" } });
    expect(searched?.output).toMatchObject([{ type: "file_search_call", status: "failed" }]);
    expect(asked).toMatchObject({ status: "failed", error: { code: "run_interrupted" }, output: [] });
    expect({
      chats: callsTo(team, "/chat/completions") - chats,
      embeddings: callsTo(team, "/embeddings"),
      vendor: callsTo(team, "/responses"),
    }).toEqual({ chats: 1, embeddings: 1, vendor: 1 });
    for (const { id } of all) {
      const events = await readStream({ server, key: team.key }, id);
      expect(brokenRules(events)).toEqual([]);
    }
  }, 180_000);
});

describe("content that is not to be kept", () => {
  const word = (name: string) => `canary-${name}-${randomBytes(8).toString("hex")}`;
  const words = { input: word("input"), output: word("output"), failure: word("failure") };

  it("is in no table once the response is deleted, and never in the log", async () => {
    const server = await startServer({ env: { LOG_LEVEL: "trace" } });
    const [team, quiet] = [await createScriptedTeam(server), await createScriptedTeam(server)];
    await query(server, "UPDATE api_key SET log_content = false WHERE id = $1", [quiet.keyId]);
    const quoting = { error: { message: `I do not like "${words.input}" and ${words.failure}.` } };
    for (const { team: asking, store } of [
      { team, store: false },
      { team: quiet, store: true },
    ]) {
      asking.upstream.script(chatText(words.output), (exchange) => exchange.json(400, quoting));
      for (const said of [words.output, words.failure]) {
        const { id } = await queueResponse(asking, { input: words.input, store });
        const response = await untilEnded(asking.client, id);
        expect(JSON.stringify(response)).toContain(said);
        // What the sweep does ten minutes later.
        await asking.client.responses.delete(id);
      }
    }
    // Traces are written a moment later.
    await eventually(async () => {
      const traces = await query(server, "SELECT 1 FROM trace WHERE status IN ('ok', 'error') AND NOT has_content");
      expect(traces).toHaveLength(4);
    });
    const never = Object.values(words);
    expect(searchTables(await dumpTables(server), never)).toEqual([]);
    expect(await server.stop()).toBe(0);
    expect(never.filter((each) => server.output().includes(each))).toEqual([]);
    await server.remove();
    await Promise.all([team.close(), quiet.close()]);
  });
});

describe("SIGTERM", () => {
  it("lets background responses finish in the grace time, then hands back or fails the others", async () => {
    const server = await startServer({ env: { SHUTDOWN_GRACE_SECONDS: "2" } });
    const team = await createScriptedTeam(server);
    const silent = takeNextCall(team);
    const quiet = await queueResponse(team);
    const silentCall = await silent;
    const held = holdNextCall(team.upstream);
    const talking = await queueResponse(team);
    const talkingCall = await held;
    const heldToo = holdNextCall(team.upstream);
    const nearlyDone = await queueResponse(team);
    const lastCall = await heldToo;
    await untilLogged(server, talking.id, 6);

    const stopped = server.stop();
    await vi.waitFor(() => expect(server.output()).toContain("shutting down"), { timeout: 10_000 });
    finishCall(lastCall);
    await Promise.all([silentCall.abandoned, talkingCall.abandoned]);
    expect(await stopped).toBe(0);

    team.upstream.setDefault(chatText("At last."));
    const next = await startServer({ dataDir: server.dataDir, databaseUrl: server.databaseUrl });
    const client = openaiClient(next, team.key);
    const done = await client.responses.retrieve(nearlyDone.id);
    expect(done).toMatchObject({ status: "completed", output_text: "Hello" });
    const broken = await client.responses.retrieve(talking.id);
    expect(broken).toMatchObject({ status: "failed", output_text: "Hel", error: { code: "run_interrupted" } });
    expect(await untilEnded(client, quiet.id)).toMatchObject({ status: "completed", output_text: "At last." });
    await next.stop();
    await next.remove();
    await team.close();
  }, 180_000);
});

// A second process on one database exists only on a native Postgres; .ci/run repeats this suite there.
if (process.env.TEST_DATABASE_URL) {
  describe("two processes on one database", () => {
    it("stream and cancel each other's background responses", async () => {
      const first = await startServer();
      const second = await startServer({ databaseUrl: first.databaseUrl });
      const team = await createScriptedTeam(first);
      const other = openaiClient(second, team.key);
      const held = holdNextCall(team.upstream);
      const { id } = await queueResponse(team);
      const exchange = await held;
      const stream = await other.responses.retrieve(id, { stream: true });
      const types: string[] = [];
      for await (const event of stream) {
        types.push(event.type);
        if (event.type === "response.output_text.delta") {
          expect(await team.client.responses.cancel(id)).toMatchObject({ id, status: "cancelled" });
        }
      }
      await exchange.abandoned;
      expect(types.at(-1)).toBe("response.incomplete");
      expect(await other.responses.retrieve(id)).toMatchObject({ status: "cancelled" });
      const plain = "&include_obfuscation=false";
      expect(await readStream({ server: second, key: team.key }, id, plain)).toEqual(
        await readStream({ server: first, key: team.key }, id, plain),
      );
      await Promise.all([first.stop(), second.stop()]);
      await Promise.all([first.remove(), second.remove()]);
      await team.close();
    });

    it("watch each other's foreground responses", async () => {
      const first = await startServer();
      const second = await startServer({ databaseUrl: first.databaseUrl });
      const team = await createScriptedTeam(first);
      const held = holdNextCall(team.upstream);
      const stream = await team.client.responses.create({ model: team.model, input: "hi", stream: true });
      let id = "";
      let watching: ReturnType<typeof readStream> | null = null;
      for await (const event of stream) {
        if (event.type === "response.created") id = event.response.id;
        if (event.type !== "response.output_text.delta" || watching) continue;
        watching = readStream({ server: second, key: team.key }, id);
        await untilLogged(first, id, 3);
        finishCall(await held);
      }
      const watched = (await watching) ?? [];
      expect(brokenRules(watched)).toEqual([]);
      expect(watched.at(-1)).toMatchObject({ type: "response.completed", response: { id, status: "completed" } });
      await Promise.all([first.stop(), second.stop()]);
      await Promise.all([first.remove(), second.remove()]);
      await team.close();
    });
  });
}
