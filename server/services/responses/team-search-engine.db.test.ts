import { afterAll, beforeAll, expect, it } from "vitest";
import type { ServiceContext } from "#server/services/context";
import { findSearchServer, openSearchEngine } from "#server/services/responses/team-search-engine";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;
let owner: Person;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
});
afterAll(() => database.close());

const webSearch = { tool: "find", argument: "q" };
const add = (name: string, mcp: object = {}) =>
  owner.call.tools.create({
    ...{ kind: "mcp", name, mcp: { url: "https://1.1.1.1/mcp?key=of-the-team", ...mcp } },
    secretHeaders: { authorization: "Bearer of-the-team" },
  });

/** A key of a team's that may use the saved tools of these ids; null: all. */
function keyOf(team: string, allowedIds: string[] | null): ServiceContext {
  const limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRuns: null };
  const tools = { allowedIds, defaultIds: [] };
  return {
    principal: { type: "apiKey", teamId: team, keyId: "key", logContent: true, scopes: [], tools, limits },
    signal: new AbortController().signal,
    trace: silentTrace,
  };
}

it("is the saved server of which a tool is named for it, for its team's keys that may use it", async () => {
  const { id } = await add("shop");
  expect(await openSearchEngine(keyOf(teamId, null))).toBeNull();
  const { id: engineId } = await add("engine", { webSearch });
  expect(await openSearchEngine(keyOf(teamId, null))).toEqual({
    ...{ name: "engine", savedToolId: engineId, ...webSearch },
    server: {
      ...{ teamId, label: "engine", url: "https://1.1.1.1/mcp?key=of-the-team" },
      headers: { authorization: "Bearer of-the-team" },
    },
  });
  expect((await findSearchServer(keyOf(teamId, [engineId])))?.name).toBe("engine");
  expect(await findSearchServer(keyOf(teamId, [id]))).toBeNull();
  expect(await findSearchServer(keyOf((await createTeam()).teamId, null))).toBeNull();
  expect((await owner.call.tools.hosted({})).tools[0]).toMatchObject({ available: true, runsOn: "engine" });

  await expect(add("second", { webSearch })).rejects.toThrow('by "engine" already');
  await expect(owner.call.tools.update({ id, mcp: { webSearch } })).rejects.toThrow('by "engine" already');
  await owner.call.tools.update({ id: engineId, mcp: { webSearch: { ...webSearch, argument: "text" } } });
  await owner.call.tools.update({ id: engineId, enabled: false });
  expect(await findSearchServer(keyOf(teamId, null))).toBeNull();
  await owner.call.tools.update({ id: engineId, mcp: { webSearch: null } });
  expect((await owner.call.tools.update({ id, mcp: { webSearch } })).mcp?.webSearch).toEqual(webSearch);
});
