import { beforeAll, describe, expect, inject, it } from "vitest";
import { apiRoutes } from "#server/api/app";
import type { ApiRoute } from "#server/api/route";
import { type Json, list, record } from "#server/protocol/json-values";
import { isExtension } from "#tests/contract/exceptions";
import { eventFaults, faultsUnder } from "#tests/contract/faults";
import { fileForm, ROUTE_TABLE, type RouteContract, type Sent } from "#tests/contract/route-table";
import { hasReference } from "#tests/support/captures";
import type { Contract } from "#tests/support/contract-schemas";
import { eventually } from "#tests/support/eventually";
import { ANNOUNCED_UPLOAD, createNamedThings, fillPath, type Names, unknownNames } from "#tests/support/named-things";
import { type OwnDescription, ownDescription } from "#tests/support/own-description";
import { eventsOf } from "#tests/support/scripted-team";
import { createTeam, openaiClient, query } from "#tests/support/server";

// Every route of the API, called with real data: what it answers stands under the published schemas (where
// ../shared/reference has them) and under this server's own description, in both dialects, and so does every refusal.
const server = inject("server");
const DIALECTS = ["default", "strict"] as const;
type Dialect = (typeof DIALECTS)[number];

const nameOf = (route: ApiRoute) => `${route.method} ${route.path}`;
const depthOf = (route: ApiRoute) => route.path.split("/").length;
/** The deepest first, so that nothing is taken away before what it holds. */
const routes = apiRoutes.toSorted((a, b) => depthOf(b) - depthOf(a)).map((route) => [nameOf(route), route] as const);

let key: string;
/** A key that may do nothing. */
let scopeless: string;
let kept: Names;
/** For each dialect, what may be taken away. */
let spare: Record<Dialect, Names>;
let background: Names;
/** For each dialect, an upload that may be cancelled. */
let cancellable: Record<Dialect, Names>;
let own: OwnDescription;

beforeAll(async () => {
  const team = await createTeam(server);
  key = team.key;
  const client = openaiClient(server, key);
  const make = () => createNamedThings(client, "builtin/demo");
  kept = await make();
  spare = { default: await make(), strict: await make() };
  const run = await client.responses.create({ model: "builtin/demo", input: "Hi", background: true });
  background = { ...kept, response: run.id };
  const withUpload = async () => ({ ...kept, upload: (await client.uploads.create(ANNOUNCED_UPLOAD)).id });
  cancellable = { default: await withUpload(), strict: await withUpload() };
  await eventually(async () => {
    expect(await client.responses.retrieve(run.id)).toMatchObject({ status: "completed" });
    expect(await client.vectorStores.retrieve(kept.vectorStore)).toMatchObject({ status: "completed" });
  });
  scopeless = (await createTeam(server, [])).key;
  own = ownDescription((await call("GET /v1/openapi.json", {})).body);
});

/** A new key that has just had its one request of a minute: an older one may have earned another. */
async function spentKey(): Promise<string> {
  const limited = await createTeam(server);
  await query(server, "UPDATE api_key SET requests_per_minute = 1 WHERE id = $1", [limited.keyId]);
  expect(await call("GET /v1/models", { key: limited.key })).toMatchObject({ status: 200 });
  return limited.key;
}

interface Request extends Sent {
  dialect?: Dialect;
  /** null: none. */
  key?: string | null;
}

/** One request; the body is parsed when it is JSON. */
async function call(target: string, { query: search = "", body, form, dialect, ...request }: Request) {
  const [method = "", path = ""] = target.split(" ");
  const headers: Record<string, string> = {};
  const bearer = request.key === undefined ? key : request.key;
  if (bearer !== null) headers.authorization = `Bearer ${bearer}`;
  if (dialect === "strict") headers["openresponses-version"] = "latest";
  const init: RequestInit = { method, headers };
  if (form) init.body = form();
  else if (body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  const answer = await fetch(`${server.url}${path}${search}`, init);
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") ?? false;
  return { status: answer.status, text, body: isJson ? record(JSON.parse(text)) : {} };
}

function contractOf(name: string): RouteContract {
  const contract = ROUTE_TABLE[name];
  if (!contract) throw new Error(`${name} is held to nothing: add it to tests/contract/route-table.ts`);
  return contract;
}

function namesFor({ on }: RouteContract, dialect: Dialect): Names {
  if (on === "spare") return spare[dialect];
  if (on === "cancellable") return cancellable[dialect];
  return on === "background" ? background : kept;
}

/** What is wrong with a good answer under the schemas of the contract that its dialect speaks. */
function answerFaults({ schema, strict }: RouteContract, dialect: Dialect, body: Json): string[] {
  if (!hasReference) return [];
  if (dialect === "default") return schema === null ? [] : faultsUnder({ contract: "openai", schema }, body);
  if (strict === undefined) return [];
  const parts = body.object === "list" ? list(body.data).map(record) : [body];
  return parts
    .filter((part) => !isExtension(part))
    .flatMap((part) => faultsUnder({ contract: "open-responses", schema: strict }, part));
}

/** What is wrong with an event stream, event by event. */
function streamFaults(text: string, dialect: Dialect): string[] {
  const contract: Contract = dialect === "strict" ? "open-responses" : "openai";
  const events = eventsOf(text);
  if (events.length > 0) return hasReference ? events.flatMap((event) => eventFaults(contract, event)) : [];
  const chunks = text.split("\n\n").filter((frame) => frame.startsWith("data: {"));
  if (chunks.length === 0) return ["no events"];
  const schema = "CreateChatCompletionStreamResponse";
  const parsed = chunks.map((frame) => record(JSON.parse(frame.slice("data: ".length))));
  return hasReference ? parsed.flatMap((chunk) => faultsUnder({ contract: "openai", schema }, chunk)) : [];
}

/** What is wrong with the body of a refusal. */
function refusalFaults(dialect: Dialect, body: Json): string[] {
  expect(body).toEqual({ error: expect.objectContaining({ message: expect.stringMatching(/./) }) });
  if (!hasReference) return [];
  return dialect === "strict"
    ? faultsUnder({ contract: "open-responses", schema: "ErrorPayload" }, record(body.error))
    : faultsUnder({ contract: "openai", schema: "ErrorResponse" }, body);
}

it("the table holds every route, and nothing else", () => {
  expect(Object.keys(ROUTE_TABLE).toSorted()).toEqual(routes.map(([name]) => name).toSorted());
});

it("this server's own description says what each of them answers", () => {
  const undescribed = routes.filter(([name, route]) => !ROUTE_TABLE[name]?.raw && !own.describes(route));
  expect(undescribed.map(([name]) => name)).toEqual(["GET /v1/openapi.json"]);
});

it("a wrong answer and a wrong refusal are found", () => {
  const route = apiRoutes.find((each) => nameOf(each) === "GET /v1/models");
  expect(route && own.faults(route, { object: "list", data: [{}] })).not.toEqual([]);
  if (!hasReference) return;
  expect(answerFaults(contractOf("GET /v1/files"), "default", { object: "list", data: [{}] })).not.toEqual([]);
  expect(refusalFaults("default", { error: { message: "x" } })).not.toEqual([]);
});

describe.each(DIALECTS)("in the %s dialect", (dialect) => {
  it.each(routes)("%s", async (name, route) => {
    const contract = contractOf(name);
    const names = namesFor(contract, dialect);
    const target = `${route.method} ${fillPath(route, names)}`;
    const sent = typeof contract.sent === "function" ? contract.sent(names) : (contract.sent ?? {});
    for (const [what, request] of Object.entries({ "": sent, ...contract.more })) {
      const { status, body, text } = await call(target, { ...request, dialect });
      expect({ what, status, text: status === 200 ? "" : text }).toEqual({ what, status: 200, text: "" });
      if (contract.raw) continue;
      expect({ what, faults: answerFaults(contract, dialect, body) }).toEqual({ what, faults: [] });
      // The description is of the default dialect.
      if (dialect === "default") expect({ what, own: own.faults(route, body) }).toEqual({ what, own: [] });
    }
    if (contract.streamed === undefined) return;
    const { text } = await call(target, { ...contract.streamed, dialect });
    expect(streamFaults(text, dialect)).toEqual([]);
  });

  it.each(routes.filter(([, route]) => route.scope !== null))("%s, refused", async (name, route) => {
    const { sent } = contractOf(name);
    const target = `${route.method} ${fillPath(route, kept)}`;
    const refuse = async (status: number, at: string, request: Request) => {
      const answer = await call(at, { ...request, dialect });
      const faults = refusalFaults(dialect, answer.body);
      expect({ at, status: answer.status, faults }).toEqual({ at, status, faults: [] });
    };
    await refuse(401, target, { key: null });
    await refuse(403, target, { key: scopeless });
    await refuse(429, target, { key: await spentKey() });
    await refuse(405, `PUT ${fillPath(route, kept)}`, {});
    if (own.parameters(route).includes("limit")) await refuse(400, target, { query: "?limit=0" });
    for (const body of sent === undefined ? [] : ["{", []]) await refuse(400, target, { body });
    const filled = typeof sent === "function" ? sent(kept) : sent;
    const unknown = `${route.method} ${fillPath(route, unknownNames(kept))}`;
    if (route.path.includes(":")) await refuse(404, unknown, { ...filled });
  });

  it("a path that nothing answers", async () => {
    const { status, body } = await call("GET /v1/nothing", { dialect });
    expect({ status, faults: refusalFaults(dialect, body) }).toEqual({ status: 404, faults: [] });
  });
});

it.skipIf(!hasReference)("the exceptions that have no stream are needed", async () => {
  const messages = await call(`GET /v1/chat/completions/${kept.completion}/messages`, {});
  const embedded = { model: "builtin/hash-1024", input: "a", encoding_format: "base64" };
  const embeddings = await call("POST /v1/embeddings", { body: embedded });
  const file = await call("POST /v1/files", { form: () => fileForm("evals") });
  const without = (schema: string, name: string, body: Json) =>
    faultsUnder({ contract: "openai", schema, without: name }, body);
  expect(
    without("ChatCompletionMessageList", "messages of a stored completion have any role", messages.body),
  ).not.toEqual([]);
  expect(without("OpenAIFile", "a file may be for evals", file.body)).not.toEqual([]);
  expect(without("CreateEmbeddingResponse", "embeddings may be base64", embeddings.body)).not.toEqual([]);
});
