import { afterAll, beforeAll, expect, it } from "vitest";
import type { Scope } from "#server/auth/principal";
import { DEFAULT_SCOPES, PASSTHROUGH_SCOPES } from "#server/auth/require-scope";
import { createResponse } from "#server/services/responses/create-response";
import { findNamedTools } from "#server/services/responses/saved-tools";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember } from "#tests/support/people";

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  const owner = await createMember({ teamId, role: "owner" });
  const http = { method: "GET" as const, url: "https://1.1.1.1/orders" };
  const secretHeaders = { authorization: "Bearer of-the-team" };
  await owner.call.tools.create({ kind: "http", name: "get_order", http, secretHeaders });
  await owner.call.tools.create({ kind: "mcp", name: "shop", mcp: { url: "https://1.1.1.1/mcp" }, secretHeaders });
});
afterAll(() => database.close());

const contextOf = (scopes: readonly Scope[]) => ({
  principal: { type: "passthrough" as const, teamId, providerKey: "sk-anybody", scopes },
  signal: new AbortController().signal,
  trace: silentTrace,
});

it("are found with a provider's key only where nobody has an account", async () => {
  const names = ["get_order", "shop"];
  expect([...(await findNamedTools(contextOf(DEFAULT_SCOPES), names)).keys()]).toEqual(names);
  expect((await findNamedTools(contextOf(PASSTHROUGH_SCOPES), names)).size).toBe(0);
});

it.each([
  ["get_order", (name: string) => ({ type: "rejoinder:tool", name })],
  ["get_order", (name: string) => ({ type: name })],
  ["shop", (name: string) => ({ type: "mcp", server_label: name })],
])("%s is to a stranger what an unknown one is", async (name, toolOf) => {
  const refusalOf = async (named: string) => {
    const body = { model: "builtin/demo", input: "Hello", store: false, tools: [toolOf(named)] };
    const error: unknown = await createResponse({ ctx: contextOf(PASSTHROUGH_SCOPES), input: { body } }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(Error);
    const { code, message } = Object(error);
    return { code, message: String(message).replaceAll(named, "NAME") };
  };
  expect(await refusalOf(name)).toEqual(await refusalOf("unknown"));
});

it("alone take another name: a search with one is refused where it stands", async () => {
  const search = { type: "file_search", vector_store_ids: ["vs_1"] };
  const refused = async (fields: object) => {
    const body = { model: "builtin/demo", input: "Hello", store: false, ...fields };
    return createResponse({ ctx: contextOf(DEFAULT_SCOPES), input: { body } }).catch((error: unknown) => error);
  };
  expect(await refused({ tools: [{ ...search, alias: "company_kb" }] })).toMatchObject({
    ...{ code: "unsupported_parameter", param: "tools[0].alias" },
    message: expect.stringContaining("'file_search'"),
  });
  const named = { ...search, type: "agentic_search", alias_description: "Our documents" };
  const item = { type: "additional_tools", role: "developer", tools: [named] };
  expect(await refused({ input: [item] })).toMatchObject({ param: "input[0].tools[0].alias_description" });
});
