import { encode } from "gpt-tokenizer/encoding/cl100k_base";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { newId } from "#server/ids";
import { addConnection, createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import type { UpstreamScript } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const server = inject("server");
const model = "builtin/hash-1024";
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
  await query(server, "INSERT INTO model_route (id, team_id, alias, targets) VALUES ($1, $2, 'embedder', $3)", [
    newId("modelRoute"),
    team.teamId,
    JSON.stringify([{ model, priority: 1, weight: 1 }]),
  ]);
  const { baseUrl } = team.upstream;
  await addConnection(server, team.teamId, { name: "mirror", baseUrl, models: ["text-embedding-3-small"] });
});
afterAll(() => team.close());

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/embeddings`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Answers with one vector of two numbers for each text: its place, and 1. */
const vectors: UpstreamScript = (exchange) => {
  const input = exchange.body.input as string[];
  exchange.json(200, { data: input.map((_text, index) => ({ index, embedding: [index, 1] })) });
};

describe("answers", () => {
  it("as numbers and as base64, of as many numbers as asked", async () => {
    const float = (await (await post({ model, input: "a tower", dimensions: 64 })).json()) as {
      data: { embedding: number[] }[];
    };
    const vector = float.data[0]?.embedding ?? [];
    expect(vector).toHaveLength(64);
    const coded = (await (
      await post({ model, input: "a tower", dimensions: 64, encoding_format: "base64" })
    ).json()) as {
      data: { embedding: string }[];
    };
    const bytes = Buffer.from(coded.data[0]?.embedding ?? "", "base64");
    expect(bytes).toHaveLength(64 * 4);
    expect(vector.map((_value, index) => bytes.readFloatLE(index * 4))).toEqual(vector.map(Math.fround));
  });

  it("up to 2,048 inputs in order, in as many calls as the vendor takes", async () => {
    team.upstream.requests.length = 0;
    team.upstream.setDefault(vectors);
    const input = Array.from({ length: 2048 }, (_, index) => `text ${index}`);
    const answer = (await (await post({ model: team.model, input })).json()) as {
      data: { index: number; embedding: number[] }[];
      usage: { prompt_tokens: number };
    };
    expect(answer.data.map((each) => each.index)).toEqual(input.map((_text, index) => index));
    expect(answer.usage.prompt_tokens).toBeGreaterThan(2048);
    expect(team.upstream.requests.flatMap((request) => request.body.input)).toEqual(input);
    const refused = await post({ model: team.model, input: [...input, "one more"] });
    expect(await refused.json()).toMatchObject({ error: { code: "array_above_max_length", param: "input" } });
  });

  it("through an alias, with its cost and its usage in the trace", async () => {
    const answer = await post({ model: "embedder", input: "a tower" });
    expect(answer.headers.get("x-rejoinder-model")).toBe(model);
    expect(await answer.json()).toMatchObject({ model, usage: { prompt_tokens: 2, total_tokens: 2 } });
    const id = answer.headers.get("x-request-id");
    await vi.waitFor(
      async () => {
        const [trace] = await query(server, "select * from trace where id = $1", [id]);
        expect(trace).toMatchObject({ status: "ok", served_model: model, input_tokens: 2, cost_usd: 0 });
        const spans = await query(server, "select name, kind from span where team_id = $1 and id like $2", [
          team.teamId,
          `${id}%`,
        ]);
        expect(spans).toContainEqual({ name: "embeddings hash-1024", kind: "model" });
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});

describe("tokens", () => {
  it("are decoded where the model's encoding is known", async () => {
    team.upstream.setDefault(vectors);
    const named = { "x-model-provider": "mirror" };
    const ask = (input: unknown) => post({ model: "text-embedding-3-small", input }, named);
    await ask(encode("Hello world"));
    expect(team.upstream.requests.at(-1)?.body.input).toEqual(["Hello world"]);
    await ask([encode("one"), encode("Grüße")]);
    expect(team.upstream.requests.at(-1)?.body.input).toEqual(["one", "Grüße"]);
    const wrong = await ask([[1], [999_999_999]]);
    expect(await wrong.json()).toMatchObject({ error: { param: "input[1]" } });
  });

  it("are refused where it is not", async () => {
    const answer = await post({ model, input: [1, 2] });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { param: "input", message: expect.stringContaining("strings") },
    });
  });
});

describe("what is refused", () => {
  it.each([
    [{ input: "x" }, "model"],
    [{ model }, "input"],
    [{ model, input: "" }, "input"],
    [{ model, input: [] }, "input"],
    [{ model, input: ["a", ""] }, "input[1]"],
    [{ model, input: ["a", 1] }, "input"],
    [{ model, input: [[1], 2] }, "input"],
    [{ model, input: { a: 1 } }, "input"],
    [{ model, input: "x", dimensions: 2000 }, "dimensions"],
    [{ model, input: "x", encoding_format: "int8" }, "encoding_format"],
  ])("%j, naming %s", async (body, param) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { type: "invalid_request_error", param } });
  });

  it("models that embed nothing", async () => {
    expect((await post({ model: "builtin/demo", input: "x" })).status).toBe(404);
    expect((await post({ model: "nobody/none", input: "x" })).status).toBe(404);
  });

  it("more tokens than the key has left", async () => {
    const limited = await createScriptedTeam(server);
    await query(server, "UPDATE api_key SET tokens_per_minute = 2 WHERE id = $1", [limited.keyId]);
    const ask = () =>
      fetch(`${server.url}/v1/embeddings`, {
        method: "POST",
        headers: { authorization: `Bearer ${limited.key}`, "content-type": "application/json" },
        body: JSON.stringify({ model, input: "a text of more than two tokens" }),
      });
    const first = await ask();
    expect(first.headers.get("x-ratelimit-limit-tokens")).toBe("2");
    expect(first.status).toBe(200);
    expect((await ask()).status).toBe(429);
    await limited.close();
  });
});
