import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { insertChatCompletion, listChatCompletions } from "#server/db/chat-completions";
import { updateTeam } from "#server/db/teams";
import { newId } from "#server/ids";
import { toChatCompletion } from "#server/protocol/chat/completion";
import { parseChatCompletion } from "#server/protocol/chat/request";
import { toStoredChat } from "#server/protocol/chat/stored";
import { openResponse } from "#server/protocol/response";
import { sweepOldChatCompletions } from "#server/services/chat-completions/sweep-chat-completions";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";

const DAY = 24 * 3_600_000;
const START = Date.UTC(2024, 0, 10);
/** More than the sweep takes in one statement. */
const MANY = 130;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(() => setClock());
afterAll(() => database.close());

/** Stores a completion of the moment that the clock shows. */
async function store(teamId: string, createdAt: number): Promise<void> {
  const id = newId("chatCompletion");
  const chat = parseChatCompletion({ messages: [{ role: "user", content: "Hi" }], store: true });
  const response = openResponse({ id, createdAt: createdAt / 1000, model: "m", request: chat.request });
  const body = toStoredChat(toChatCompletion(response, chat.answer), {
    request: chat.request,
    response,
    requestId: "r",
  });
  await insertChatCompletion({ teamId, id, model: "m", metadata: {}, body, messages: chat.messages, createdAt });
}

async function countOf(teamId: string): Promise<number> {
  const query = { limit: 1_000, order: "asc", after: null, before: null, model: null, metadata: {} } as const;
  return (await listChatCompletions({ ...query, teamId })).length;
}

test("completions go when their team's retention is over, all of them and no others", async () => {
  const [{ teamId }, { teamId: patient }] = await Promise.all([createTeam(), createTeam()]);
  await updateTeam({ id: patient, change: { responseRetentionDays: 60 } });
  installFakeClock(START);
  for (let made = 0; made < MANY; made += 1) await store(teamId, START);
  await store(patient, START);
  installFakeClock(START + 10 * DAY);
  await store(teamId, START + 10 * DAY);

  const { signal } = new AbortController();
  installFakeClock(START + 29 * DAY);
  expect(await sweepOldChatCompletions(signal)).toBe(0);
  installFakeClock(START + 31 * DAY);
  expect(await sweepOldChatCompletions(AbortSignal.abort())).toBe(0);
  expect(await sweepOldChatCompletions(signal)).toBe(MANY);
  expect([await countOf(teamId), await countOf(patient)]).toEqual([1, 1]);
  installFakeClock(START + 61 * DAY);
  expect(await sweepOldChatCompletions(signal)).toBe(2);
});
