import { zodTextFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { brokenRules } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, chatUsage } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

describe("create and get", () => {
  it("answers, echoes every key with its effective value, and GET returns the same", async () => {
    team.upstream.script(chatText(["Hel", "lo."]));
    const made = await team.client.responses.create({
      model: team.model,
      input: "Hi",
      metadata: { ticket: "42" },
      temperature: 0.5,
    });
    expect(made.output_text).toBe("Hello.");
    expect(made.usage).toMatchObject({ input_tokens: 11, output_tokens: 7, total_tokens: 18 });
    expect(made).toMatchObject({
      status: "completed",
      model: team.model,
      temperature: 0.5,
      top_p: 1,
      parallel_tool_calls: true,
      tool_choice: "auto",
      tools: [],
      truncation: "disabled",
      store: true,
      metadata: { ticket: "42" },
      error: null,
      incomplete_details: null,
    });
    expect(await team.client.responses.retrieve(made.id)).toEqual(made);
  });

  it("gives JSON, the stored row, the stream and its replay from the same response", async () => {
    team.upstream.script(chatText(["One, ", "two, ", "three."]));
    const stream = team.client.responses.stream({ model: team.model, input: "Count" });
    const types: string[] = [];
    stream.on("event", (event) => types.push(event.type));
    const final = await stream.finalResponse();
    expect(final.output_text).toBe("One, two, three.");
    expect(types[0]).toBe("response.created");
    expect(types.at(-1)).toBe("response.completed");
    expect(types.filter((type) => type === "response.output_text.delta").length).toBeGreaterThan(1);
    const stored = await team.client.responses.retrieve(final.id);
    expect(stored).toMatchObject({ output_text: final.output_text, usage: final.usage, status: "completed" });

    const replay = await team.client.responses.stream({ response_id: final.id }).finalResponse();
    expect(replay).toMatchObject({ id: final.id, output: final.output, status: "completed" });
    const tail = await fetch(`${server.url}/v1/responses/${final.id}?stream=true&starting_after=3`, {
      headers: { authorization: `Bearer ${team.key}` },
    });
    expect(eventsOf(await tail.text())[0]).toMatchObject({ sequence_number: 4 });
  });

  it("parses structured output", async () => {
    const Point = z.object({ x: z.number(), y: z.number() });
    team.upstream.script(chatText('{"x":1,"y":2}'));
    const parsed = await team.client.responses.parse({
      model: team.model,
      input: "A point",
      text: { format: zodTextFormat(Point, "point") },
    });
    expect(parsed.output_parsed).toEqual({ x: 1, y: 2 });
    expect(team.upstream.requests.at(-1)?.body.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { name: "point", strict: true },
    });
  });

  it("ends incomplete at the vendor's length limit, usage known", async () => {
    team.upstream.script((exchange) => {
      exchange.send(chatChunk({ content: "Once upon" }));
      exchange.send(chatChunk({}, "length"));
      exchange.send(chatUsage({ prompt: 5, completion: 16 }));
      exchange.done();
    });
    const cut = await team.client.responses.create({ model: team.model, input: "A story", max_output_tokens: 16 });
    expect(cut).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      max_output_tokens: 16,
      usage: { output_tokens: 16 },
    });
  });

  it("keeps nothing with store: false", async () => {
    team.upstream.script(chatText("gone"));
    const made = await team.client.responses.create({ model: team.model, input: "Hi", store: false });
    expect(made).toMatchObject({ store: false });
    await expect(team.client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(
      team.client.responses.create({ model: team.model, input: "Hi", previous_response_id: made.id }),
    ).rejects.toMatchObject({ status: 400, code: "previous_response_not_found" });
    const rows = await query(server, "SELECT 1 FROM item WHERE team_id = $1 AND body::text LIKE '%gone%'", [
      team.teamId,
    ]);
    expect(rows).toEqual([]);
  });

  it("stores nothing for a key that keeps no content, and says so", async () => {
    const quiet = await createScriptedTeam(server);
    await query(server, "UPDATE api_key SET log_content = false WHERE id = $1", [quiet.keyId]);
    const made = await quiet.client.responses.create({ model: quiet.model, input: "Hi" });
    expect(made).toMatchObject({ store: false });
    await expect(quiet.client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await quiet.close();
  });

  it("keeps NUL characters and lone surrogates as they came", async () => {
    const odd = "a\u0000b\ud800c";
    team.upstream.script(chatText(odd));
    const made = await team.client.responses.create({ model: team.model, input: odd });
    expect(made.output_text).toBe(odd);
    expect((await team.client.responses.retrieve(made.id)).output).toEqual(made.output);
  });
});

describe("file_search results", () => {
  it("are shown only to who asks with include", async () => {
    const store = await team.client.vectorStores.create({ name: "empty" });
    const made = await team.client.responses.create({
      model: "builtin/demo",
      input: "What is in the files?",
      tools: [{ type: "file_search", vector_store_ids: [store.id] }],
    });
    const callIn = (output: typeof made.output) => output.find((item) => item.type === "file_search_call");
    expect(callIn(made.output)?.results).toBeNull();
    const whole = await team.client.responses.retrieve(made.id, { include: ["file_search_call.results"] });
    expect(callIn(whole.output)?.results).toEqual([]);
  });
});

describe("models", () => {
  it("lists and gets them, with the slash as it is and as %2F", async () => {
    const ids: string[] = [];
    for await (const model of team.client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(["builtin/demo", team.model]));
    expect(await team.client.models.retrieve("builtin/demo")).toMatchObject({ id: "builtin/demo", object: "model" });
    for (const path of ["builtin/demo", "builtin%2Fdemo"]) {
      const answer = await fetch(`${server.url}/v1/models/${path}`, {
        headers: { authorization: `Bearer ${team.key}` },
      });
      expect(await answer.json()).toMatchObject({ id: "builtin/demo" });
    }
  });
});

describe("the trace of a run", () => {
  it("is found under the request id, with its spans and facts", async () => {
    const answer = await postResponse({ server, key: team.key }, { model: team.model, input: "Trace me" });
    const id = answer.headers.get("x-request-id");
    const body = (await answer.json()) as { id: string };
    const row = await eventually(async () => {
      const rows = await query(server, "SELECT * FROM trace WHERE team_id = $1 AND id = $2 AND status = 'ok'", [
        team.teamId,
        id,
      ]);
      if (!rows[0]) throw new Error("no trace yet");
      return rows[0];
    });
    expect(row).toMatchObject({
      response_id: body.id,
      requested_model: team.model,
      served_model: team.model,
      provider: "scripted",
      http_status: 200,
      input_tokens: 11,
      output_tokens: 7,
      cost_usd: null,
      input_preview: "Trace me",
      output_preview: "Hello from upstream.",
      api_key_id: team.keyId,
    });
    const spans = await query<{ name: string }>(server, "SELECT name FROM span WHERE team_id = $1 AND id LIKE $2", [
      team.teamId,
      `${id}%`,
    ]);
    expect(spans.map((span) => span.name)).toEqual(
      expect.arrayContaining(["authenticate", "load context", "persist", expect.stringContaining("model")]),
    );
  });

  it("is left by a refused request too", async () => {
    const answer = await postResponse({ server, key: team.key }, { model: "nobody/knows", input: "Hi" });
    expect(answer.status).toBe(404);
    await eventually(async () => {
      const rows = await query(server, "SELECT error_code, http_status FROM trace WHERE id = $1", [
        answer.headers.get("x-request-id"),
      ]);
      expect(rows).toEqual([{ error_code: "model_not_found", http_status: 404 }]);
    });
  });
});

it("streams by the rules in both dialects", async () => {
  const dialects: Record<string, string>[] = [{}, { "openresponses-version": "latest" }];
  for (const headers of dialects) {
    const answer = await postResponse(
      { server, key: team.key },
      { model: "builtin/demo", input: "Hello", stream: true },
      { headers },
    );
    const text = await answer.text();
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(brokenRules(eventsOf(text))).toEqual([]);
  }
});
