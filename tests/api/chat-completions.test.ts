import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { createScriptedTeam, postChat, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText } from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const user = (content: string) => [{ role: "user" as const, content }];

function post(body: unknown, key = team.key, headers: Record<string, string> = {}): Promise<Response> {
  return postChat({ server, key }, body, { headers });
}

/** The frames of a stream, the last `[DONE]` among them. */
function framesOf(text: string): string[] {
  return text
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: "))
    .map((frame) => frame.slice("data: ".length));
}

async function traceOf(answer: Response): Promise<Record<string, unknown>> {
  const id = answer.headers.get("x-request-id");
  return vi.waitFor(
    async () => {
      const [row] = await query(server, "select * from trace where id = $1 and status <> 'running'", [id]);
      if (!row) throw new Error("no trace yet");
      return row;
    },
    { timeout: 10_000, interval: 50 },
  );
}

describe("stored completions", () => {
  let kept: OpenAI.ChatCompletion[];

  beforeAll(async () => {
    kept = [];
    for (const ticket of ["1", "2", "3"]) {
      team.upstream.script(chatText(`Answer ${ticket}.`));
      kept.push(
        await team.client.chat.completions.create({
          model: team.model,
          messages: [
            { role: "system", content: "Be brief." },
            {
              role: "user",
              content: [
                { type: "text", text: "Ticket " },
                { type: "text", text: ticket },
              ],
            },
          ],
          store: true,
          metadata: { ticket, kind: "test" },
        }),
      );
    }
  });

  it("are read as they were answered, with what was asked", async () => {
    const [first] = kept;
    const read = await team.client.chat.completions.retrieve(first?.id ?? "");
    expect(read).toMatchObject({ ...first, metadata: { ticket: "1", kind: "test" } });
    expect(read).toMatchObject({ temperature: 1, tools: null, response_format: null, seed: null });
  });

  it("are listed oldest first, page by page, by model and metadata", async () => {
    const ids = kept.map((each) => each.id);
    const all: string[] = [];
    for await (const each of team.client.chat.completions.list({ limit: 2 })) all.push(each.id);
    expect(all).toEqual(ids);
    const page = await team.client.chat.completions.list({ order: "desc", limit: 2, after: ids[2] ?? "" });
    expect(page).toMatchObject({ has_more: false, data: [{ id: ids[1] }, { id: ids[0] }] });
    const two = await team.client.chat.completions.list({ metadata: { ticket: "2", kind: "test" } });
    expect(two.data.map((each) => each.id)).toEqual([ids[1]]);
    expect((await team.client.chat.completions.list({ metadata: { ticket: "9" } })).data).toEqual([]);
    expect((await team.client.chat.completions.list({ model: team.model })).data).toHaveLength(3);
    expect((await team.client.chat.completions.list({ model: "builtin/demo" })).data).toEqual([]);
  });

  it("list their messages", async () => {
    const id = kept[0]?.id ?? "";
    const { data, has_more } = await team.client.chat.completions.messages.list(id);
    expect({ data, has_more }).toMatchObject({
      has_more: false,
      data: [
        { id: `${id}-0`, role: "system", content: "Be brief.", content_parts: null },
        { id: `${id}-1`, role: "user", content: "Ticket 1", content_parts: [{ text: "Ticket " }, { text: "1" }] },
      ],
    });
    const rest = await team.client.chat.completions.messages.list(id, { after: `${id}-0`, limit: 1 });
    expect(rest.data.map((each) => each.id)).toEqual([`${id}-1`]);
  });

  it("take new metadata", async () => {
    const id = kept[1]?.id ?? "";
    const changed = await team.client.chat.completions.update(id, { metadata: { ticket: "two" } });
    expect(changed).toMatchObject({ id, metadata: { ticket: "two" }, choices: kept[1]?.choices });
    expect((await team.client.chat.completions.list({ metadata: { ticket: "two" } })).data).toHaveLength(1);
    await expect(team.client.chat.completions.update(id, { metadata: { a: "\0" } })).rejects.toMatchObject({
      status: 400,
      param: "metadata.a",
    });
  });

  it("keep any text there is, word for word", async () => {
    const odd = "nul \0, half a pair \ud83d, both halves \u{1f600}, \\u0000, 'quotes' and \u2028";
    const made = await team.client.chat.completions.create({
      model: "builtin/echo",
      messages: [{ role: "user", content: odd }],
      store: true,
    });
    // UTF-8 has no half pairs: JSON escapes them, and readers may put the replacement character in their place.
    const whole = odd.toWellFormed();
    const { data } = await team.client.chat.completions.messages.list(made.id);
    expect(data[0]?.content?.toWellFormed()).toBe(whole);
    const read = await team.client.chat.completions.retrieve(made.id);
    expect(read.choices[0]?.message.content?.toWellFormed()).toBe(whole.trim());
    await team.client.chat.completions.delete(made.id);
  });

  it("are deleted, and are no responses", async () => {
    const id = kept[2]?.id ?? "";
    await expect(team.client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    expect(await team.client.chat.completions.delete(id)).toEqual({
      object: "chat.completion.deleted",
      id,
      deleted: true,
    });
    await expect(team.client.chat.completions.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(team.client.chat.completions.delete(id)).rejects.toMatchObject({ status: 404 });
  });

  it("are listed to their own team alone", async () => {
    const stranger = openaiClient(server, (await createTeam(server)).key);
    expect((await stranger.chat.completions.list()).data).toEqual([]);
    expect((await stranger.chat.completions.list({ after: kept[0]?.id ?? "" })).data).toEqual([]);
  });
});

describe("what is not to be stored", () => {
  it.each([
    ["unless asked for", undefined, true],
    ["with store: false, nor traced with its content", false, false],
  ])("is not, %s", async (...[, store, traced]) => {
    const word = `word${store}`;
    team.upstream.script(chatText(`Said ${word}.`));
    const answer = await post({ model: team.model, messages: user(word), store, stream: true });
    expect(await answer.text()).toContain(word);
    const trace = await traceOf(answer);
    expect(trace).toMatchObject({
      status: "ok",
      has_content: traced,
      input_preview: traced ? word : null,
      input_tokens: 11,
      output_tokens: 7,
    });
    expect(
      await query(server, "select 1 from chat_completion where team_id = $1 and body::text like $2", [
        team.teamId,
        `%${word}%`,
      ]),
    ).toEqual([]);
  });

  it("is not by a key that keeps no content", async () => {
    const quiet = await createScriptedTeam(server);
    await query(server, "UPDATE api_key SET log_content = false WHERE id = $1", [quiet.keyId]);
    const answer = await post({ model: quiet.model, messages: user("Hi"), store: true }, quiet.key);
    const { id } = (await answer.json()) as { id: string };
    await expect(quiet.client.chat.completions.retrieve(id)).rejects.toMatchObject({ status: 404 });
    expect(await traceOf(answer)).toMatchObject({ has_content: false });
    await quiet.close();
  });
});

describe("streams", () => {
  it("are data frames of one completion, and end with [DONE]", async () => {
    team.upstream.script(chatText(["a", "b"]));
    const answer = await post({ model: team.model, messages: user("Hi"), stream: true });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(answer.headers.get("x-rejoinder-model")).toBe(team.model);
    const text = await answer.text();
    expect(text).not.toContain("event:");
    const frames = framesOf(text);
    expect(frames.at(-1)).toBe("[DONE]");
    const chunks = frames.slice(0, -1).map((frame) => JSON.parse(frame));
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks.map((chunk) => chunk.choices[0].delta.content ?? null)).toEqual(["", "a", "b", null]);
    expect(chunks.at(-1)).toMatchObject({ object: "chat.completion.chunk", choices: [{ finish_reason: "stop" }] });
  });

  it.each([false, true])("refused by the provider answer with a status (streaming: %s)", async (stream) => {
    const refusal = { message: "No such thing.", type: "invalid_request_error", param: "messages", code: "no_thing" };
    team.upstream.script((exchange) => exchange.json(400, { error: refusal }));
    const answer = await post({ model: team.model, messages: user("Hi"), stream });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: refusal });
    expect(await traceOf(answer)).toMatchObject({ status: "error", http_status: 400, error_code: "no_thing" });
  });

  it("that break off say so in an error frame", async () => {
    const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
    team.upstream.script(async (exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "Half of" }));
      await heard;
      exchange.send({ error: { message: "Out of memory.", code: 500 } });
      exchange.done();
    });
    // The answer's headers come with its first words.
    const answer = await post({ model: team.model, messages: user("Hi"), stream: true });
    hear();
    const frames = framesOf(await answer.text());
    expect(frames.at(-1)).toBe("[DONE]");
    expect(JSON.parse(frames.at(-2) ?? "")).toMatchObject({
      error: { type: "server_error", code: "provider_error", message: expect.stringContaining("Out of memory.") },
    });
    expect(frames.slice(0, -2).join("")).toContain("Half of");
  });
});

it("answers once for one Idempotency-Key, also where a response has the same", async () => {
  const key = { "idempotency-key": `chat-${team.teamId}` };
  team.upstream.script(chatText("first"), chatText("second"));
  const body = { model: team.model, messages: user("Hi"), input: "Hi" };
  const first = await (await post(body, team.key, key)).json();
  const again = await post(body, team.key, key);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await again.json()).toEqual(first);
  const other = await fetch(`${server.url}/v1/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json", ...key },
    body: JSON.stringify(body),
  });
  expect(await other.json()).toMatchObject({ error: { code: "idempotency_key_reused" } });
  team.upstream.requests.length = 0;
});

it.each([
  ["/v1/chat/completions", "{", "The request body is not valid JSON"],
  ["/v1/chat/completions", "[]", "expected an object, but got an array"],
  ["/v1/chat/completions", "", "Missing required parameter: 'messages'."],
  ["/v1/chat/completions", `{"messages":${"[".repeat(500)}${"]".repeat(500)}}`, "Invalid type for 'messages[0]'"],
  ["/v1/chat/completions", `{"messages":${"[".repeat(5_000)}${"]".repeat(5_000)}}`, "nested too deeply: at most 512"],
  ["/v1/embeddings", "null", "expected an object, but got null"],
  ["/v1/embeddings", '"x"', "expected an object, but got a string"],
  ["/v1/embeddings", '{"model":"m","input":"\ud800', "not valid JSON"],
])("%s refuses %j", async (...[path, body, message]) => {
  const answer = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    body,
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { type: "invalid_request_error", message: expect.stringContaining(message) },
  });
});

it("names the fields of a chat request in its errors", async () => {
  const answer = await post({
    model: team.model,
    messages: [{ role: "user", content: [{ type: "file", file: { file_id: "file-nobodys" } }] }],
  });
  expect(answer.status).toBe(404);
  const wrong = await post({ model: "builtin/none", messages: user("Hi") });
  expect(await wrong.json()).toMatchObject({ error: { code: "model_not_found", param: "model" } });
  const n = await post({ model: team.model, messages: user("Hi"), n: 2 });
  expect({ status: n.status, body: await n.json() }).toMatchObject({ status: 400, body: { error: { param: "n" } } });
});
