import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ALL_FIELDS } from "#server/protocol/fields/all-fields";
import type { Field, Treatment } from "#server/protocol/fields/field-report";
import { type Json, record } from "#server/protocol/json-values";
import { createNativeTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText } from "#tests/support/scripted-upstream";

// What docs/compatibility.md says of fields, seen from outside: what the provider is given, what changes nothing, and
// what is refused by name.
const server = inject("server");
let team: ScriptedTeam;
let store: string;

const SAID = {
  object: "response",
  status: "completed",
  output: [{ type: "message", content: [{ type: "output_text", text: "Said." }] }],
};

beforeAll(async () => {
  team = await createNativeTeam(server);
  team.upstream.setDefault((exchange) => {
    if (exchange.path.endsWith("/responses")) return exchange.json(200, SAID);
    if (!exchange.path.endsWith("/embeddings")) return chatText("Said.")(exchange);
    return exchange.json(200, { data: [{ index: 0, embedding: [1, 0, 0, 0, 0, 0, 0, 0] }] });
  });
  store = (await team.client.vectorStores.create({ name: "empty" })).id;
});
afterAll(() => team.close());

const TURNS = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello" },
];
/** The least that each endpoint takes. */
const LEAST: Record<string, Json> = {
  "POST /v1/responses": { model: "native/gpt-5", input: "Hi" },
  "POST /v1/responses/compact": { model: "native/gpt-5", input: TURNS },
  "POST /v1/responses/input_tokens": { model: "builtin/echo", input: "Hi" },
  "POST /v1/chat/completions": { model: "scripted/scripted-model", messages: [TURNS[0]] },
  "POST /v1/embeddings": { model: "scripted/scripted-model", input: "Hi" },
  "POST /v1/containers": { name: "c" },
  "POST /v1/vector_stores/:vector_store_id/search": { query: "Hi" },
};
/** Under what name a provider may know a field otherwise. */
const SYNONYMS: Record<string, string> = { max_tokens: "max_completion_tokens", max_completion_tokens: "max_tokens" };

/** A body with the field in it, `reasoning.effort` within `reasoning`. */
function bodyWith(route: string, name: string, { sample, beside = {} }: Field): Json {
  const [parent = "", child] = name.split(".");
  return { ...LEAST[route], ...beside, [parent]: child === undefined ? sample : { [child]: sample } };
}

function valueAt(body: Json, name: string): unknown {
  const [parent = "", child] = name.split(".");
  return child === undefined ? body[parent] : record(body[parent])[child];
}

async function post(route: string, body: unknown): Promise<{ status: number; body: Json }> {
  const path = route.replace("POST ", "").replace(":vector_store_id", store);
  const answer = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: record(await answer.json()) };
}

function cases(treatment: Treatment) {
  return ALL_FIELDS.flatMap(({ route, fields }) =>
    Object.entries(fields)
      .filter(([, field]) => field.treatment === treatment)
      .map(([name, field]) => ({ route, name, field })),
  );
}

describe("passed on to the provider", () => {
  it.each(cases("passed on"))("$route: $name", async ({ route, name, field }) => {
    team.upstream.requests.length = 0;
    const answer = await post(route, bodyWith(route, name, field));
    expect({ status: answer.status, error: answer.body.error ?? null }).toEqual({ status: 200, error: null });
    const sent = record(team.upstream.requests.at(-1)?.body);
    expect(valueAt(sent, name) ?? valueAt(sent, SYNONYMS[name] ?? name)).toEqual(field.sample);
  });
});

describe("without effect", () => {
  it.each(cases("no effect"))("$route: $name", async ({ route, name, field }) => {
    const given = await post(route, bodyWith(route, name, field));
    expect(given.status).toBe(200);
    expect(given).toEqual(await post(route, LEAST[route]));
  });
});

describe("refused by name", () => {
  it.each(cases("refused"))("$route: $name", async ({ route, name, field }) => {
    const { status, body } = await post(route, bodyWith(route, name, field));
    expect({ status, param: record(body.error).param }).toEqual({ status: 400, param: name });
    expect((await post(route, { ...LEAST[route], [name]: null })).status).toBe(200);
  });
});
