import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import {
  appendConversationItems,
  insertConversation,
  listConversationItems,
  readConversationContext,
  removeConversation,
  removeConversationItem,
} from "#server/db/conversations";
import { removeResponses } from "#server/db/response-removal";
import { saveResponse } from "#server/db/responses";
import { newId } from "#server/ids";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
});
afterAll(() => database.close());

const now = 1_700_000_000_000;
const rowOf = (id: string) => ({ id, type: "message", body: JSON.stringify({ type: "message", id }) });
const itemsOf = (...ids: string[]) => ({ itemIds: ids, newItems: ids.map(rowOf), now });

async function conversationOf(...ids: string[]) {
  const scope = { teamId, conversationId: newId("conversation") };
  await insertConversation(scope, { ...itemsOf(...ids), metadata: {} });
  return scope;
}

async function idsIn(scope: { teamId: string; conversationId: string }): Promise<string[] | null> {
  return (await readConversationContext(scope, [])).historyItemIds;
}

function respond(conversationId: string | null, ids: { input: string[]; output: string[]; history?: string[] }) {
  const id = newId("response");
  const response = {
    ...{ teamId, id, status: "completed", model: "m", previousResponseId: null, apiKeyId: null, userId: null },
    ...{ body: "{}", createdAt: now, completedAt: now },
    ...{ historyItemIds: ids.history ?? [], inputItemIds: ids.input, outputItemIds: ids.output },
  };
  const items = [...ids.input, ...ids.output].map(rowOf);
  return saveResponse({ response, items, conversationId }).then(() => id);
}

async function storedItems(ids: string[]): Promise<string[]> {
  const { rows } = await pool().query("SELECT id FROM item WHERE team_id = $1 AND id = ANY ($2) ORDER BY id", [
    teamId,
    ids,
  ]);
  return rows.map((row) => row.id);
}

it("keeps the order of what is appended, and takes no item twice", async () => {
  const scope = await conversationOf("o1", "o2");
  expect(await appendConversationItems(scope, itemsOf("o3"))).toBe(true);
  expect(await appendConversationItems(scope, itemsOf("o2", "o4"))).toBe(true);
  expect(await idsIn(scope)).toEqual(["o1", "o2", "o3", "o4"]);
});

it("pages by position in both directions", async () => {
  const scope = await conversationOf("p1", "p2", "p3", "p4");
  const page = async (order: "asc" | "desc", after: number | null, before: number | null) =>
    (await listConversationItems({ ...scope, order, after, before, limit: 2 })).map((row) => row.id);
  expect(await page("asc", null, null)).toEqual(["p1", "p2"]);
  expect(await page("desc", null, null)).toEqual(["p4", "p3"]);
  expect(await page("asc", 2, null)).toEqual(["p3", "p4"]);
  expect(await page("desc", 3, 1)).toEqual(["p2"]);
});

it("appends a response's input and output with its row, whole, however many come at once", async () => {
  const scope = await conversationOf();
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const saving = names.map((name) => respond(scope.conversationId, { input: [`${name}-in`], output: [`${name}-out`] }));
  const adding = names.map((name) => appendConversationItems(scope, itemsOf(`${name}-a`, `${name}-b`)));
  await Promise.all([...saving, ...adding]);
  const ids = (await idsIn(scope)) ?? [];
  expect(ids.toSorted()).toEqual(
    names.flatMap((name) => [`${name}-in`, `${name}-out`, `${name}-a`, `${name}-b`]).toSorted(),
  );
  for (const name of names) {
    expect(ids[ids.indexOf(`${name}-in`) + 1]).toBe(`${name}-out`);
    expect(ids[ids.indexOf(`${name}-a`) + 1]).toBe(`${name}-b`);
  }
});

it("does not deadlock when many bring the same new item", async () => {
  const scope = await conversationOf();
  const saving = Array.from({ length: 10 }, (_, index) =>
    respond(scope.conversationId, { input: ["same-1", "same-2"], output: [`same-out-${index}`] }),
  );
  const adding = Array.from({ length: 10 }, () => appendConversationItems(scope, itemsOf("same-2", "same-1")));
  await Promise.all([...saving, ...adding]);
  expect(((await idsIn(scope)) ?? []).filter((id) => id === "same-1" || id === "same-2")).toHaveLength(2);
});

it("stores a response whose conversation was deleted meanwhile, and appends nothing anywhere", async () => {
  const scope = await conversationOf();
  expect(await removeConversation(scope)).toBe(true);
  await respond(scope.conversationId, { input: ["late-in"], output: ["late-out"] });
  expect(await storedItems(["late-in", "late-out"])).toEqual(["late-in", "late-out"]);
  expect(await idsIn(scope)).toBeNull();
  expect(await appendConversationItems(scope, itemsOf("late-2"))).toBe(false);
  expect(await storedItems(["late-2"])).toEqual([]);
});

it("another team's conversation takes nothing, shows nothing and cannot be removed", async () => {
  const scope = await conversationOf("t1");
  const { teamId: stranger } = await createTeam();
  const theirs = { teamId: stranger, conversationId: scope.conversationId };
  expect(await appendConversationItems(theirs, itemsOf("t2"))).toBe(false);
  expect(await idsIn(theirs)).toBeNull();
  expect(await removeConversationItem(theirs, "t1")).toBe(false);
  expect(await removeConversation(theirs)).toBe(false);
  expect(await idsIn(scope)).toEqual(["t1"]);
});

it("deletes an item when its last holder goes: conversations and responses count alike", async () => {
  const first = await conversationOf("d1", "d2", "d3");
  const second = await conversationOf();
  await appendConversationItems(second, itemsOf("d2"));
  const response = await respond(null, { history: ["d3"], input: ["d4"], output: [] });
  expect(await removeConversationItem(first, "d1")).toBe(true);
  expect(await removeConversation(first)).toBe(true);
  expect(await storedItems(["d1", "d2", "d3", "d4"])).toEqual(["d2", "d3", "d4"]);
  await appendConversationItems(second, itemsOf("d4"));
  expect(await removeResponses(teamId, [response])).toBe(1);
  expect(await storedItems(["d1", "d2", "d3", "d4"])).toEqual(["d2", "d4"]);
  expect(await removeConversation(second)).toBe(true);
  expect(await storedItems(["d2", "d4"])).toEqual([]);
});
