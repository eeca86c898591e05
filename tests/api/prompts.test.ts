import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { PIXEL } from "#tests/support/images";
import { createScriptedTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

const TEMPLATE = {
  model: "builtin/echo",
  instructions: "Answer in {{language}}.",
  messages: [
    { role: "user", content: "My name is {{ name }}." },
    { role: "assistant", content: "Hello, {{name}}." },
  ],
  tools: [{ type: "function", name: "look" }],
};
const variables = { language: "German", name: "Ada" };

async function createPrompt(fields: object = {}): Promise<string> {
  const made = await call<{ id: string }>("POST", "/v1/prompts", {
    ...{ name: "Greeting", ...TEMPLATE, model: team.model },
    ...fields,
  });
  expect(made.status).toBe(200);
  return made.body.id;
}

it("versions are made, read, listed and chosen; the default stays until it is changed", async () => {
  const id = await createPrompt();
  expect((await call("GET", `/v1/prompts/${id}`)).body).toMatchObject({ name: "Greeting", default_version: "1" });
  const second = await call("POST", `/v1/prompts/${id}/versions`, { instructions: "In {{language}}, please." });
  expect(second.body).toMatchObject({ object: "prompt.version", version: "2", variables: ["language"] });
  const third = await call("POST", `/v1/prompts/${id}/versions`, { instructions: "Short.", make_default: true });
  expect(third.body).toMatchObject({ version: "3" });
  expect((await call("GET", `/v1/prompts/${id}`)).body).toMatchObject({ default_version: "3", latest_version: "3" });
  const page = await call<{ data: { version: string }[] }>("GET", `/v1/prompts/${id}/versions?limit=2`);
  expect(page.body).toMatchObject({ has_more: true, last_id: "2", data: [{ version: "3" }, { version: "2" }] });
  expect((await call("GET", `/v1/prompts/${id}/versions?after=2`)).body).toMatchObject({ data: [{ version: "1" }] });
  expect((await call("POST", `/v1/prompts/${id}`, { default_version: "2" })).body).toMatchObject({
    default_version: "2",
    name: "Greeting",
  });
  expect((await call("POST", `/v1/prompts/${id}`, { default_version: "9" })).status).toBe(404);
  expect((await call("GET", `/v1/prompts/${id}/versions/1`)).body).toMatchObject({ variables: ["language", "name"] });
  expect((await call("GET", "/v1/prompts")).body).toMatchObject({ object: "list", data: [{ id }] });
  expect((await call("DELETE", `/v1/prompts/${id}`)).body).toEqual({ id, object: "prompt.deleted", deleted: true });
  expect((await call("GET", `/v1/prompts/${id}/versions/1`)).status).toBe(404);
});

it("a request gets what it does not say from the prompt, and the prompt is echoed", async () => {
  const id = await createPrompt();
  const made = await team.client.responses.create({ prompt: { id, variables }, input: "Who am I?" });
  expect(made).toMatchObject({
    model: team.model,
    instructions: "Answer in German.",
    prompt: { id, version: "1", variables },
    tools: [{ type: "function", name: "look" }],
  });
  const said = [
    { role: "system", content: "Answer in German." },
    { role: "user", content: "My name is Ada." },
    { role: "assistant", content: "Hello, Ada." },
    { role: "user", content: "Who am I?" },
  ];
  expect(team.upstream.requests.at(-1)?.body.messages).toEqual(said);
  const own = await team.client.responses.create({
    ...{ prompt: { id, variables }, previous_response_id: made.id, input: "Again?" },
    ...{ instructions: "Be brief.", tools: [] },
  });
  expect(own).toMatchObject({ instructions: "Be brief.", tools: [] });
  // The template stands before the history, once, and is no part of it.
  expect(team.upstream.requests.at(-1)?.body.messages).toMatchObject([
    { content: "Be brief." },
    ...said.slice(1),
    { content: "Hello from upstream." },
    { content: "Again?" },
  ]);
  const items = await team.client.responses.inputItems.list(made.id);
  expect(items.data).toHaveLength(1);
});

it("an image takes the place of its variable in a message", async () => {
  const id = await createPrompt({
    messages: [{ role: "user", content: "Look at {{photo}} closely." }],
    instructions: null,
  });
  const photo = { type: "input_image" as const, image_url: PIXEL, detail: "low" as const };
  await team.client.responses.create({ prompt: { id, version: "1", variables: { photo } } });
  expect(team.upstream.requests.at(-1)?.body.messages).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "Look at " },
        { type: "image_url", image_url: { url: PIXEL, detail: "low" } },
        { type: "text", text: " closely." },
      ],
    },
  ]);
});

it.each<[string, object, number, string]>([
  ["missing variables", { variables: { language: "German" } }, 400, "Missing prompt variables: 'name'."],
  ["unknown variables", { variables: { ...variables, age: "7" } }, 400, "Unknown prompt variables: 'age'."],
  [
    "an image among the instructions",
    { variables: { ...variables, language: { type: "input_image", image_url: "https://e.org/a.png" } } },
    400,
    "takes text only",
  ],
  ["an unknown version", { version: "7", variables }, 404, "Version '7' of prompt"],
  ["a version that is no number", { version: "latest", variables }, 404, "Version 'latest' of prompt"],
])("%s are refused", async (...[, fields, status, message]) => {
  const id = await createPrompt();
  const answer = await postResponse({ server, key: team.key }, { input: "x", prompt: { id, ...fields } });
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(message);
});

it.each<[string, object, string]>([
  ["without anything to say", { model: "builtin/echo" }, "instructions"],
  ["with a message of a wrong role", { messages: [{ role: "robot", content: "x" }] }, "messages[0].role"],
  ["with a tool that there is not", { instructions: "x", tools: [{ type: "magic" }] }, "tools[0].type"],
])("a template %s is refused", async (...[, fields, param]) => {
  const answer = await call<{ error: { param: string } }>("POST", "/v1/prompts", { name: "Bad", ...fields });
  expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
});
