import { afterAll, beforeAll, expect, it } from "vitest";
import type { Scope } from "#server/auth/principal";
import { DEFAULT_SCOPES } from "#server/auth/require-scope";
import { parseCreateResponse } from "#server/protocol/request";
import { createContainer } from "#server/services/containers/create-container";
import { attachFiles, writeFile } from "#server/services/containers/store-container-file";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { loadContext } from "#server/services/responses/load-context";
import { openCodeInterpreter } from "#server/services/responses/open-code-interpreter";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let ctx: ServiceContext;
let containerId: string;

beforeAll(async () => {
  database = await openTestDatabase({ BLOB_STORE: "local" });
  ctx = systemContext((await createTeam()).teamId);
  containerId = (await createContainer({ ctx, input: { name: "c" } })).id;
  const target = { ctx, containerId, param: "file" };
  const content = (async function* () {
    yield Buffer.from("salaries");
  })();
  await attachFiles(target, [await writeFile(target, { path: "/mnt/data/salaries.csv", source: "user", content })]);
});
afterAll(() => database.close());

function keyWith(scopes: readonly Scope[]): ServiceContext {
  const limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null };
  const tools = { allowedIds: null, defaultIds: [] };
  const { teamId } = ctx.principal;
  return { ...ctx, principal: { type: "apiKey", teamId, keyId: "key", logContent: true, scopes, tools, limits } };
}

/** What the model is told of the tool, and the container of its calls, where the input names one. */
async function opened(as: ServiceContext, fields: object) {
  const call = { type: "code_interpreter_call", id: "ci_1", status: "completed", code: "1", container_id: containerId };
  const request = parseCreateResponse({ input: [call, { role: "user", content: "Go on." }], ...fields });
  const context = await loadContext({ ctx: as, input: { ...request, memory: null } });
  const asked = { model: "builtin/demo", providerHeader: null, providerApiKey: null };
  const { languageModel: model } = await resolveModel({ ctx: as, input: asked });
  const input = { request, context, tools: new Map(), model, placeOf: () => "tools[0]" };
  const { tools } = await openCodeInterpreter({ ctx: as, input });
  const tool = tools.get("code_interpreter");
  return { description: tool?.description, containerId: tool?.call?.initial.container_id };
}

const AUTO = { tools: [{ type: "code_interpreter", container: { type: "auto" } }] };
const withFiles = expect.stringContaining("salaries.csv");
const withoutFiles = expect.not.stringContaining("salaries.csv");

it("goes on in the container of an earlier call for whoever may read files, and for others in one of its own", async () => {
  expect(await opened(keyWith(DEFAULT_SCOPES), AUTO)).toEqual({ description: withFiles, containerId });
  const bare = await opened(keyWith(["responses.write"]), AUTO);
  expect(bare).toEqual({ description: withoutFiles, containerId: expect.not.stringContaining(containerId) });
});

it("goes on in a copy for a response that is not stored", async () => {
  const copy = await opened(keyWith(DEFAULT_SCOPES), { ...AUTO, store: false });
  expect(copy).toEqual({ description: withFiles, containerId: expect.not.stringContaining(containerId) });
});

it("is let into a container that is named, and given files, only for whoever may read files", async () => {
  const bare = keyWith(["responses.write"]);
  for (const container of [containerId, { type: "auto", file_ids: ["file_1"] }]) {
    const named = opened(bare, { tools: [{ type: "code_interpreter", container }] });
    await expect(named).rejects.toThrow("files.read");
  }
});
