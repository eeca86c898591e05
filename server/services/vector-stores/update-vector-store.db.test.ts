import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { UpdateVectorStoreBody } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { updateVectorStore } from "#server/services/vector-stores/update-vector-store";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

const EXPIRY = { anchor: "last_active_at", days: 3 } as const;
const SETTINGS = { rewrite_model: "builtin/demo" };

let database: TestDatabase;
let ctx: ServiceContext;
let vectorStoreId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});
beforeEach(async () => {
  const metadata = { topic: "bees" };
  const input = { name: "old", metadata, expires_after: EXPIRY, search_settings: SETTINGS };
  vectorStoreId = (await createVectorStore({ ctx, input })).id;
});

function update(body: object) {
  return updateVectorStore({ ctx, input: { vectorStoreId, change: UpdateVectorStoreBody.parse(body) } });
}

it("changes what the body names, and leaves the rest", async () => {
  const rest = { metadata: { topic: "bees" }, expiresAfterDays: 3 };
  expect(await update({ name: "new" })).toMatchObject({ ...rest, name: "new", searchSettings: SETTINGS });
  const searchSettings = { rewrite_model: "builtin/echo" };
  expect(await update({ search_settings: searchSettings })).toMatchObject({ ...rest, name: "new", searchSettings });
  const changed = { metadata: {}, expiresAfterDays: 9, searchSettings };
  expect(await update({ metadata: {}, expires_after: { ...EXPIRY, days: 9 } })).toMatchObject(changed);
});

it("takes away what the body says is null", async () => {
  expect(await update({ name: null, metadata: null, expires_after: null, search_settings: null })).toMatchObject({
    name: "",
    metadata: {},
    expiresAfterDays: null,
    searchSettings: {},
  });
});

it("refuses a model that the team does not have, and another team's store as one that does not exist", async () => {
  const missing = { code: "model_not_found", param: "search_settings.rewrite_model" };
  await expect(update({ search_settings: { rewrite_model: "nobody/has-it" } })).rejects.toMatchObject(missing);
  const stranger = systemContext((await createTeam()).teamId);
  const foreign = { vectorStoreId, change: { name: "mine" } };
  await expect(updateVectorStore({ ctx: stranger, input: foreign })).rejects.toMatchObject({ code: "not_found" });
});
