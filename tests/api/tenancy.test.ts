import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { apiRoutes } from "#server/api/app";
import { isRecord, type Json, list, record, text } from "#server/protocol/json-values";
import { ANNOUNCED_UPLOAD, createNamedThings, fillPath, type Names, unknownNames } from "#tests/support/named-things";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { createTeam, type TestTeam } from "#tests/support/server";

const server = inject("server");

let owner: ScriptedTeam;
let stranger: TestTeam;
/** Everything that a path or a body can name, of another team. */
let foreign: Names;

/** The same of nobody. */
let unknown: Names;
/** A prompt of the stranger's with a variable `document`. */
let ownPrompt: string;

beforeAll(async () => {
  owner = await createScriptedTeam(server);
  stranger = await createTeam(server);
  foreign = await createNamedThings(owner.client, owner.model);
  unknown = unknownNames(foreign);
});

afterAll(() => owner.close());

/** Status and body of an answer, with the names in it taken out. */
async function call(method: string, path: string, request: { names: Names; body?: unknown }) {
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${stranger.key}`, "content-type": "application/json" },
  };
  if (request.body !== undefined) init.body = JSON.stringify(request.body);
  const answer = await fetch(`${server.url}${path}`, init);
  let text = await answer.text();
  for (const [kind, name] of Object.entries(request.names)) text = text.replaceAll(name, `<${kind}>`);
  return { status: answer.status, text };
}

const BODIES: Record<string, unknown> = {
  "POST /v1/chat/completions/:completion_id": { metadata: {} },
  "POST /v1/vector_stores/:vector_store_id": { name: "renamed" },
  "POST /v1/vector_stores/:vector_store_id/search": { query: "secret" },
  "POST /v1/vector_stores/:vector_store_id/files/:file_id": { attributes: {} },
  "POST /v1/conversations/:conversation_id": { metadata: { a: "b" } },
  "POST /v1/conversations/:conversation_id/items": { items: [{ role: "user", content: "mine" }] },
  "POST /v1/prompts/:prompt_id": { name: "mine" },
  "POST /v1/prompts/:prompt_id/versions": { instructions: "mine" },
};

/** Those whose bodies must name something too. */
const NAMING_BODIES: Record<string, (names: Names) => unknown> = {
  "POST /v1/vector_stores/:vector_store_id/files": (names) => ({ file_id: names.file }),
  "POST /v1/vector_stores/:vector_store_id/file_batches": (names) => ({ file_ids: [names.file] }),
  "POST /v1/containers/:container_id/files": (names) => ({ file_id: names.file }),
  "POST /v1/uploads/:upload_id/complete": (names) => ({ part_ids: [names.uploadPart] }),
};

describe("another team's ids in paths answer exactly as unknown ones", () => {
  const routes = apiRoutes.filter((route) => route.path.includes(":"));

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", async (name, route) => {
    const body = (names: Names) => NAMING_BODIES[name]?.(names) ?? BODIES[name];
    const theirs = await call(route.method, fillPath(route, foreign), { names: foreign, body: body(foreign) });
    const nobodys = await call(route.method, fillPath(route, unknown), { names: unknown, body: body(unknown) });
    expect(theirs.status).toBe(404);
    expect(theirs).toEqual(nobodys);
  });
});

const user = (content: unknown) => [{ role: "user", content }];
const ask = (input: unknown) => ({ model: "builtin/echo", input });
const called = (output: unknown) => [
  { type: "function_call", call_id: "call_1", name: "f", arguments: "{}" },
  { type: "function_call_output", call_id: "call_1", output },
];

type Cases = Record<string, (names: Names) => unknown>;

/** Fields of a context: of whatever builds on input and an earlier response. */
const CONTEXT_CASES: Cases = {
  model: (n) => ({ model: n.model, input: "x" }),
  previous_response_id: (n) => ({ ...ask("x"), previous_response_id: n.response }),
  "input.id": (n) => ask([{ type: "item_reference", id: n.item }]),
  "input.content.file_id": (n) => ask(user([{ type: "input_file", file_id: n.file }])),
  "input.content.file_id of an image": (n) => ask(user([{ type: "input_image", file_id: n.file }])),
  "input.output.file_id": (n) => ask(called([{ type: "input_file", file_id: n.file }])),
  "input.output.file_id of an image": (n) => ask(called([{ type: "input_image", file_id: n.file }])),
};

const RESPONSE_CASES: Cases = {
  ...CONTEXT_CASES,
  "input.tools.vector_store_ids": (n) => ({
    model: "builtin/demo",
    input: [
      {
        type: "additional_tools",
        role: "developer",
        tools: [{ type: "file_search", vector_store_ids: [n.vectorStore] }],
      },
      ...user("x"),
    ],
  }),
  "conversation.id": (n) => ({ ...ask("x"), conversation: { id: n.conversation } }),
  "conversation.id as a string": (n) => ({ ...ask("x"), conversation: n.conversation }),
  "prompt.id": (n) => ({ ...ask("x"), prompt: { id: n.prompt } }),
  "prompt.id with a version": (n) => ({ ...ask("x"), prompt: { id: n.prompt, version: "1" } }),
  "prompt.variables.file_id": (n) => ({
    ...ask("x"),
    prompt: { id: ownPrompt, variables: { document: { type: "input_file", file_id: n.file } } },
  }),
  "prompt.variables.file_id of an image": (n) => ({
    ...ask("x"),
    prompt: { id: ownPrompt, variables: { document: { type: "input_image", file_id: n.file } } },
  }),
  "tools.vector_store_ids": (n) => ({
    model: "builtin/demo",
    input: "x",
    tools: [{ type: "file_search", vector_store_ids: [n.vectorStore] }],
  }),
};

/** A body for every field that can name something, by route and by the field's path in the API's own description. */
const BODY_CASES: Record<string, Cases> = {
  "POST /v1/responses": RESPONSE_CASES,
  "POST /v1/responses/input_tokens": RESPONSE_CASES,
  "POST /v1/responses/compact": CONTEXT_CASES,
  "POST /v1/chat/completions": {
    model: (n) => ({ model: n.model, messages: user("x") }),
    "messages.content.file.file_id": (n) => ({
      model: "builtin/echo",
      messages: user([{ type: "file", file: { file_id: n.file } }]),
    }),
  },
  "POST /v1/embeddings": { model: (n) => ({ model: n.model, input: "x" }) },
  "POST /v1/conversations": { "items.id": (n) => ({ items: [{ type: "item_reference", id: n.item }] }) },
  "POST /v1/conversations/{conversation_id}/items": {
    "items.id": (n) => ({ items: [{ type: "item_reference", id: n.item }] }),
  },
  "POST /v1/vector_stores": { file_ids: (n) => ({ name: "mine", file_ids: [n.file] }) },
  "POST /v1/vector_stores/{vector_store_id}/files": { file_id: (n) => ({ file_id: n.file }) },
  "POST /v1/vector_stores/{vector_store_id}/file_batches": {
    file_ids: (n) => ({ file_ids: [n.file] }),
    "files.file_id": (n) => ({ files: [{ file_id: n.file }] }),
  },
  "POST /v1/containers": { file_ids: (n) => ({ name: "mine", file_ids: [n.file] }) },
  "POST /v1/containers/{container_id}/files": { file_id: (n) => ({ file_id: n.file }) },
  "POST /v1/uploads/{upload_id}/complete": { part_ids: (n) => ({ part_ids: [n.uploadPart] }) },
};

/**
 * Fields that name nothing of ours: the caller's own words, which are kept and not looked up. What a conversation or a
 * prompt holds is looked up by the response that uses it, as if it stood in its own body.
 */
const OWN_WORDS = new Set([
  ...["input.call_id", "input.content.annotations.file_id", "input.results.file_id"],
  ...["items.call_id", "items.content.annotations.file_id", "items.results.file_id"],
  ...["input", "items"].map((holder) => `${holder}.caller.caller_id`),
  ...["input", "items"].map((holder) => `${holder}.content.annotations.container_id`),
  ...["input", "items"].map((holder) => `${holder}.content.annotations.chunk_id`),
  ...["input", "items"].flatMap((holder) =>
    ["vector_store_id", "chunk_id", "chunk_ids", "duplicates.file_id", "duplicates.chunk_id"].map(
      (field) => `${holder}.results.${field}`,
    ),
  ),
  // A compaction runs no tool.
  ...["POST /v1/responses/compact: input.tools.vector_store_ids", "items.tools.vector_store_ids"],
  ...["items.content.file_id", "items.output.file_id", "messages.tool_call_id", "messages.tool_calls.id"],
  ...["POST /v1/prompts", "POST /v1/prompts/{prompt_id}/versions"].flatMap((route) => [
    ...[`${route}: tools.vector_store_ids`, `${route}: messages.content.file_id`],
    ...[`${route}: messages.content.annotations.file_id`, `${route}: messages.id`],
    `${route}: messages.content.annotations.container_id`,
    `${route}: messages.content.annotations.chunk_id`,
  ]),
]);

/** Paths of the properties that hold ids, in a JSON schema of the API's description. */
function idFields(doc: Json, schema: unknown, at: { path: string[]; inside: string[] }): string[] {
  const { $ref, properties, items, additionalProperties, ...unions } = record(schema);
  const name = text($ref).split("/").at(-1) ?? "";
  if (at.inside.includes(name)) return [];
  const inside = name === "" ? at.inside : [...at.inside, name];
  const target = record(record(record(doc.components).schemas)[name]);
  const parts = [name === "" ? null : target, items, additionalProperties];
  for (const kind of ["anyOf", "oneOf", "allOf"]) parts.push(...list(unions[kind]));
  const own = Object.entries(record(properties)).flatMap(([key, value]) => {
    const path = [...at.path, key];
    return [...(/(^|_)ids?$/.test(key) ? [path.join(".")] : []), ...idFields(doc, value, { path, inside })];
  });
  return [...own, ...parts.flatMap((part) => (isRecord(part) ? idFields(doc, part, { path: at.path, inside }) : []))];
}

it("every id that a body can hold has a case, or is the caller's own word", async () => {
  const doc = record(await (await fetch(`${server.url}/v1/openapi.json`)).json());
  const missing: string[] = [];
  for (const [path, methods] of Object.entries(record(doc.paths))) {
    for (const [method, operation] of Object.entries(record(methods))) {
      const content = record(record(record(operation).requestBody).content);
      const route = `${method.toUpperCase()} ${path}`;
      const cases = Object.keys(BODY_CASES[route] ?? {});
      const fields = Object.values(content).flatMap((media) =>
        idFields(doc, record(media).schema, { path: [], inside: [] }),
      );
      for (const field of new Set(fields)) {
        const covered = cases.some((name) => name === field || name.startsWith(`${field} `));
        const isOwnWord = OWN_WORDS.has(field) || OWN_WORDS.has(`${route}: ${field}`);
        if (!covered && !isOwnWord) missing.push(`${route}: ${field}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

describe("another team's ids in bodies answer exactly as unknown ones", () => {
  const cases = Object.entries(BODY_CASES).flatMap(([route, fields]) =>
    Object.entries(fields).map(([field, body]) => ({ route, field, body })),
  );
  let ownStore: string;
  let ownUpload: string;
  let ownContainer: string;
  let ownConversation: string;
  beforeAll(async () => {
    const made = await call("POST", "/v1/vector_stores", { names: foreign, body: { name: "mine" } });
    ownStore = text(record(JSON.parse(made.text)).id);
    const upload = await call("POST", "/v1/uploads", { names: foreign, body: ANNOUNCED_UPLOAD });
    ownUpload = text(record(JSON.parse(upload.text)).id);
    const container = await call("POST", "/v1/containers", { names: foreign, body: { name: "mine" } });
    ownContainer = text(record(JSON.parse(container.text)).id);
    const conversation = await call("POST", "/v1/conversations", { names: foreign, body: {} });
    ownConversation = text(record(JSON.parse(conversation.text)).id);
    const messages = [{ role: "user", content: "Read {{document}}" }];
    const prompt = await call("POST", "/v1/prompts", { names: foreign, body: { name: "mine", messages } });
    ownPrompt = text(record(JSON.parse(prompt.text)).id);
  });

  it.each(cases)("$route: $field", async ({ route, body }) => {
    const filled = route
      .replace("{vector_store_id}", ownStore)
      .replace("{upload_id}", ownUpload)
      .replace("{container_id}", ownContainer)
      .replace("{conversation_id}", ownConversation);
    const [method = "", path = ""] = filled.split(" ");
    const theirs = await call(method, path, { names: foreign, body: body(foreign) });
    const nobodys = await call(method, path, { names: unknown, body: body(unknown) });
    expect(theirs.status).toBeGreaterThanOrEqual(400);
    expect(theirs.status).toBeLessThan(500);
    expect(theirs).toEqual(nobodys);
  });
});

it("an item that comes with another team's id is simply the stranger's own", async () => {
  const said = (text: string) => ({
    model: "builtin/echo",
    input: [{ type: "message", id: foreign.item, role: "user", content: text }],
  });
  const answer = await call("POST", "/v1/responses", { names: foreign, body: said("mine") });
  expect(answer.status).toBe(200);
  expect(JSON.stringify(JSON.parse(answer.text).output)).toContain("mine");
  expect((await owner.client.responses.retrieve(foreign.response)).output_text).toBe("Hello from upstream.");
});

it("lists show only one's own", async () => {
  for (const path of ["/v1/models", "/v1/files", "/v1/vector_stores", "/v1/prompts", "/v1/containers"]) {
    const { status, text } = await call("GET", path, { names: unknown });
    expect(status).toBe(200);
    for (const name of Object.values(foreign)) expect(text).not.toContain(name);
  }
});

it("the owner still has everything", async () => {
  const { client } = owner;
  expect((await client.responses.retrieve(foreign.response)).id).toBe(foreign.response);
  expect((await client.chat.completions.retrieve(foreign.completion)).id).toBe(foreign.completion);
  expect((await client.files.retrieve(foreign.file)).id).toBe(foreign.file);
  expect((await client.vectorStores.retrieve(foreign.vectorStore)).id).toBe(foreign.vectorStore);
  expect((await client.containers.retrieve(foreign.container)).id).toBe(foreign.container);
  expect((await client.vectorStores.files.list(foreign.vectorStore)).data).toHaveLength(1);
  const batch = await client.vectorStores.fileBatches.retrieve(foreign.fileBatch, {
    vector_store_id: foreign.vectorStore,
  });
  expect(batch).toMatchObject({ id: foreign.fileBatch, file_counts: { cancelled: 0, total: 1 } });
  expect(await client.uploads.complete(foreign.upload, { part_ids: [foreign.uploadPart] })).toMatchObject({
    status: "completed",
  });
  expect((await client.conversations.items.list(foreign.conversation)).data).toHaveLength(1);
  expect(await client.get(`/prompts/${foreign.prompt}`)).toMatchObject({ name: "theirs", default_version: "1" });
});
