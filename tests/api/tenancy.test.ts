import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { apiRoutes } from "#server/api/app";
import type { ApiRoute } from "#server/api/route";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { createTeam, type TestTeam } from "#tests/support/server";

const server = inject("server");

/** Everything that a path or a body can name, once of another team and once of nobody. */
type Names = Record<"response" | "item" | "file" | "vectorStore" | "model", string>;

let owner: ScriptedTeam;
let stranger: TestTeam;
let foreign: Names;

// As long as the foreign ones, so that nothing but the name differs.
const unknownOf = (id: string) => `${id.slice(0, id.lastIndexOf("_") + id.lastIndexOf("-") + 2)}${"0".repeat(32)}`;
let unknown: Names;

const PATH_NAMES: Record<string, keyof Names> = {
  response_id: "response",
  file_id: "file",
  vector_store_id: "vectorStore",
  model: "model",
};

beforeAll(async () => {
  owner = await createScriptedTeam(server);
  stranger = await createTeam(server);
  const { client, model } = owner;
  const file = await client.files.create({ purpose: "assistants", file: await toFile(Buffer.from("secret"), "a.txt") });
  const store = await client.vectorStores.create({ name: "theirs", file_ids: [file.id] });
  const response = await client.responses.create({ model, input: "Hi" });
  foreign = {
    response: response.id,
    item: response.output[0]?.id ?? "",
    file: file.id,
    vectorStore: store.id,
    model,
  };
  unknown = {
    response: unknownOf(foreign.response),
    item: unknownOf(foreign.item),
    file: unknownOf(foreign.file),
    vectorStore: unknownOf(foreign.vectorStore),
    model: "nobodys/scripted-model",
  };
});

afterAll(() => owner.close());

/** Status and body of an answer, with the names in it taken out. */
async function ask(method: string, path: string, call: { names: Names; body?: unknown }) {
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${stranger.key}`, "content-type": "application/json" },
  };
  if (call.body !== undefined) init.body = JSON.stringify(call.body);
  const answer = await fetch(`${server.url}${path}`, init);
  let text = await answer.text();
  for (const [kind, name] of Object.entries(call.names)) text = text.replaceAll(name, `<${kind}>`);
  return { status: answer.status, text };
}

function fill(route: ApiRoute, names: Names): string {
  return route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_match, name: string) => {
    const kind = PATH_NAMES[name];
    if (!kind) throw new Error(`the tenancy test knows no other team's ${name}: add it to PATH_NAMES`);
    return encodeURIComponent(names[kind]);
  });
}

const BODIES: Record<string, unknown> = {
  "POST /v1/vector_stores/:vector_store_id": { name: "renamed" },
  "POST /v1/vector_stores/:vector_store_id/search": { query: "secret" },
  "POST /v1/vector_stores/:vector_store_id/files/:file_id": { attributes: {} },
};

describe("another team's ids in paths answer exactly as unknown ones", () => {
  const routes = apiRoutes.filter((route) => route.path.includes(":"));

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", async (name, route) => {
    const attach = name === "POST /v1/vector_stores/:vector_store_id/files";
    const body = (names: Names) => (attach ? { file_id: names.file } : BODIES[name]);
    const theirs = await ask(route.method, fill(route, foreign), { names: foreign, body: body(foreign) });
    const nobodys = await ask(route.method, fill(route, unknown), { names: unknown, body: body(unknown) });
    expect(theirs.status).toBe(404);
    expect(theirs).toEqual(nobodys);
  });
});

const user = (content: unknown) => [{ role: "user", content }];

describe("another team's ids in bodies answer exactly as unknown ones", () => {
  it.each<[string, string, (names: Names) => unknown]>([
    [
      "previous_response_id",
      "/v1/responses",
      (n) => ({ model: "builtin/echo", input: "x", previous_response_id: n.response }),
    ],
    [
      "item_reference",
      "/v1/responses",
      (n) => ({ model: "builtin/echo", input: [{ type: "item_reference", id: n.item }] }),
    ],
    ["model", "/v1/responses", (n) => ({ model: n.model, input: "x" })],
    [
      "vector_store_ids",
      "/v1/responses",
      (n) => ({
        model: "builtin/demo",
        input: "x",
        tools: [{ type: "file_search", vector_store_ids: [n.vectorStore] }],
      }),
    ],
    [
      "input_file.file_id",
      "/v1/responses",
      (n) => ({ model: "builtin/echo", input: user([{ type: "input_file", file_id: n.file }]) }),
    ],
    [
      "input_image.file_id",
      "/v1/responses",
      (n) => ({ model: "builtin/echo", input: user([{ type: "input_image", file_id: n.file }]) }),
    ],
    ["file_ids of a new vector store", "/v1/vector_stores", (n) => ({ name: "mine", file_ids: [n.file] })],
  ])("%s", async (...[, path, body]) => {
    const theirs = await ask("POST", path, { names: foreign, body: body(foreign) });
    const nobodys = await ask("POST", path, { names: unknown, body: body(unknown) });
    expect(theirs.status).toBeGreaterThanOrEqual(400);
    expect(theirs.status).toBeLessThan(500);
    expect(theirs).toEqual(nobodys);
  });

  it("attaching another team's file to one's own vector store", async () => {
    const own = await ask("POST", "/v1/vector_stores", { names: foreign, body: { name: "mine" } });
    const { id } = JSON.parse(own.text) as { id: string };
    const attach = (names: Names) =>
      ask("POST", `/v1/vector_stores/${id}/files`, { names, body: { file_id: names.file } });
    const theirs = await attach(foreign);
    expect(theirs.status).toBe(404);
    expect(theirs).toEqual(await attach(unknown));
  });
});

it("an item that comes with another team's id is simply the stranger's own", async () => {
  const said = (text: string) => ({
    model: "builtin/echo",
    input: [{ type: "message", id: foreign.item, role: "user", content: text }],
  });
  const answer = await ask("POST", "/v1/responses", { names: foreign, body: said("mine") });
  expect(answer.status).toBe(200);
  expect(JSON.stringify(JSON.parse(answer.text).output)).toContain("mine");
  expect((await owner.client.responses.retrieve(foreign.response)).output_text).toBe("Hello from upstream.");
});

it("lists show only one's own", async () => {
  for (const path of ["/v1/models", "/v1/files", "/v1/vector_stores"]) {
    const { status, text } = await ask("GET", path, { names: unknown });
    expect(status).toBe(200);
    for (const name of Object.values(foreign)) expect(text).not.toContain(name);
  }
});

it("the owner still has everything", async () => {
  const { client } = owner;
  expect((await client.responses.retrieve(foreign.response)).id).toBe(foreign.response);
  expect((await client.files.retrieve(foreign.file)).id).toBe(foreign.file);
  expect((await client.vectorStores.retrieve(foreign.vectorStore)).id).toBe(foreign.vectorStore);
  expect((await client.vectorStores.files.list(foreign.vectorStore)).data).toHaveLength(1);
});
