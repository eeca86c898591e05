import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prisma } from "#server/db/client";
import { newTraceId } from "#server/ids";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { parseAddItems } from "#server/protocol/conversations";
import type { ServiceContext } from "#server/services/context";
import { addItems } from "#server/services/conversations/add-items";
import { createConversation } from "#server/services/conversations/create-conversation";
import { createResponse } from "#server/services/responses/create-response";
import { getResponse } from "#server/services/responses/get-response";
import { getResponseInput } from "#server/services/responses/get-response-input";
import { runBackgroundResponse } from "#server/services/responses/run-background";
import { silentTrace } from "#server/tracing/span";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";
import { ORDER } from "#tests/support/mcp-team";
import { createMember, type Person } from "#tests/support/people";

// No workers run here: each test says itself when a queued run is run.
let database: TestDatabase;
let ctx: ServiceContext;
let person: Person;
let peer: ScriptedMcpServer;
const signal = new AbortController().signal;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1" });
  await startQueue();
  peer = await startMcpServer({ tools: [ORDER] });
  const { teamId } = await createTeam();
  person = await createMember({ teamId, role: "developer" });
  ctx = {
    principal: { type: "user", teamId, userId: person.userId, sessionId: person.sessionId, role: "developer" },
    signal,
    trace: { ...silentTrace, traceId: newTraceId() },
  };
});
beforeEach(async () => {
  await prisma().approvalRequest.deleteMany();
  peer.messages.length = 0;
});
afterAll(async () => {
  await stopQueue();
  await Promise.all([database.close(), peer.close()]);
});

const calls = () => peer.messages.filter(({ method }) => method === "tools/call");

interface Asked {
  responseId: string;
  ids: string[];
}

/** A stored response of the demo model's, which asks to order as many things as `labels` names servers. */
async function ask(fields: Record<string, unknown> = {}, labels = ["shop"]): Promise<Asked> {
  const tools = labels.map((label) => ({ type: "mcp", server_label: label, server_url: peer.url, ...fields }));
  const { tools: given = tools, ...body } = fields;
  const queued = await run({
    ...{ model: "builtin/demo", input: `Run ${labels.map((label) => `${label}__order`).join(" and ")}.` },
    ...{ instructions: "Be brief.", temperature: 0.3, metadata: { order: "7" } },
    ...body,
    tools: given,
  });
  return {
    responseId: queued.id,
    ids: queued.output.flatMap(({ type, id }) => (type.endsWith("request") ? [id] : [])),
  };
}

/** Runs a response to its end. */
async function run(body: Record<string, unknown>) {
  const started = await createResponse({ ctx, input: { body } });
  if (started.queued) {
    await work(started.queued.id);
    return read(started.queued.id);
  }
  for await (const events of started.events) {
    const last = events.at(-1);
    if (last?.type === "response.completed") return last.response;
  }
  throw new Error("It did not complete.");
}

const work = (responseId: string) =>
  runBackgroundResponse({ input: { teamId: ctx.principal.teamId, responseId }, signal });
const read = (responseId: string) => getResponse({ ctx, input: { responseId } });
const typesOf = (items: readonly { type: string }[]) => items.map(({ type }) => type);
const pending = async () => (await person.call.approvals.list({})).rows;

it("is listed with what is asked, and goes on as the client would once it is approved", async () => {
  const { responseId, ids } = await ask();
  expect(ids).toHaveLength(1);
  expect(await person.call.approvals.count()).toBe(1);
  const [row] = await pending();
  expect(row).toMatchObject({
    ...{ responseId, model: "builtin/demo", userName: "Test Person", lostCredentials: [] },
    requests: [{ id: ids[0], serverLabel: "shop", serverUrl: peer.url, tool: "order", state: "pending" }],
  });
  const answers = [{ id: ids[0] ?? "", approve: true }];
  const { continuedAs, left } = await person.call.approvals.answer({ responseId, answers });
  expect(left).toBe(0);
  expect(await pending()).toEqual([]);
  await work(continuedAs ?? "");
  const next = await read(continuedAs ?? "");
  expect(next).toMatchObject({
    ...{ status: "completed", model: "builtin/demo", instructions: "Be brief.", temperature: 0.3, background: true },
    ...{ previous_response_id: responseId, metadata: { order: "7" } },
    tools: [{ type: "mcp", server_label: "shop", server_url: peer.url }],
  });
  expect(typesOf(next.output)).toEqual(["mcp_call", "message"]);
  expect(calls()).toHaveLength(1);
  const audit = await prisma().auditLog.findMany({ where: { action: "approval.approve" } });
  expect(audit).toMatchObject([{ actorId: person.userId, resourceId: ids[0], detail: { responseId, continuedAs } }]);
  const { requests } = await person.call.approvals.ofResponse({ responseId });
  expect(requests).toMatchObject([{ state: "answered", decision: { approve: true, by: "Test Person" } }]);
  await expect(person.call.approvals.answer({ responseId, answers })).rejects.toThrow("answered already");
});

it("tells the model why a call is denied, and does not run it", async () => {
  const { responseId, ids } = await ask();
  const answers = [{ id: ids[0] ?? "", approve: false, reason: "too sweet" }];
  const { continuedAs } = await person.call.approvals.answer({ responseId, answers });
  await work(continuedAs ?? "");
  expect(typesOf((await read(continuedAs ?? "")).output)).toEqual(["message"]);
  const input = await getResponseInput({ ctx, input: { responseId: continuedAs ?? "" } });
  expect(input).toMatchObject([{ type: "mcp_approval_response", approve: false, reason: "too sweet" }]);
  expect(calls()).toHaveLength(0);
});

/** Has the response ask for one more call of the same tool. */
async function askOneMore({ responseId, ids: [first = ""] }: Asked): Promise<string> {
  const id = `${first}0`;
  const { teamId } = ctx.principal;
  const item = await prisma().item.findUniqueOrThrow({ where: { teamId_id: { teamId, id: first } } });
  const body = { ...(typeof item.body === "object" ? item.body : {}), id };
  await prisma().item.create({ data: { ...item, id, body } });
  await prisma().response.update({
    where: { teamId_id: { teamId, id: responseId } },
    data: { outputItemIds: { push: id } },
  });
  await prisma().approvalRequest.create({
    data: { teamId, id, responseId, lostCredentials: [], createdAt: new Date() },
  });
  return id;
}

it("waits until every request of a response is decided, and goes on once, whoever decides last", async () => {
  const asked = await ask();
  const [first = ""] = asked.ids;
  const second = await askOneMore(asked);
  const { responseId } = asked;
  const deny = { responseId, answers: [{ id: second, approve: false }] };
  expect(await person.call.approvals.answer(deny)).toEqual({ continuedAs: null, left: 1 });
  const [row] = await pending();
  expect(row?.requests).toMatchObject([{ state: "pending" }, { state: "decided", decision: { approve: false } }]);
  const approve = { responseId, answers: [{ id: first, approve: true }] };
  const both = await Promise.allSettled([person.call.approvals.answer(approve), person.call.approvals.answer(approve)]);
  const went = both.flatMap((each) => (each.status === "fulfilled" ? (each.value.continuedAs ?? []) : []));
  expect(went).toHaveLength(1);
  await work(went[0] ?? "");
  const input = await getResponseInput({ ctx, input: { responseId: went[0] ?? "" } });
  expect(input).toMatchObject([
    { approval_request_id: first, approve: true },
    { approval_request_id: second, approve: false },
  ]);
  expect(calls()).toHaveLength(1);
});

it("is pending no more once it is answered through the API, of a response in a conversation too", async () => {
  const { id: conversation } = await createConversation({ ctx, input: { items: [], metadata: {} } });
  const { responseId, ids } = await ask({ conversation });
  const other = await ask({ conversation: null, background: true });
  const answer = { type: "mcp_approval_response", approval_request_id: other.ids[0], approve: true };
  const shop = { type: "mcp", server_label: "shop", server_url: peer.url };
  await run({
    model: "builtin/demo",
    previous_response_id: other.responseId,
    tools: [shop],
    input: [answer],
    store: false,
  });
  expect((await pending()).map((row) => row.responseId)).toEqual([responseId]);
  const answers = [{ id: ids[0] ?? "", approve: true }];
  const { continuedAs } = await person.call.approvals.answer({ responseId, answers });
  await work(continuedAs ?? "");
  const next = await read(continuedAs ?? "");
  expect(next).toMatchObject({ status: "completed", conversation: { id: conversation }, previous_response_id: null });
  expect(calls()).toHaveLength(2);
});

it("is settled by an answer among a conversation's items, which the next response there acts on, once", async () => {
  const { id: conversationId } = await createConversation({ ctx, input: { items: [], metadata: {} } });
  const { ids } = await ask({ conversation: conversationId });
  const other = await ask();
  const add = (id = "") => {
    const answer = { type: "mcp_approval_response", approval_request_id: id, approve: true };
    return addItems({ ctx, input: { conversationId, items: parseAddItems({ items: [answer] }) } });
  };
  await add(other.ids[0]);
  expect(await pending()).toHaveLength(2);
  await add(ids[0]);
  expect((await pending()).map(({ responseId }) => responseId)).toEqual([other.responseId]);
  const shop = { type: "mcp", server_label: "shop", server_url: peer.url };
  const goOn = {
    model: "builtin/demo",
    conversation: conversationId,
    tools: [shop],
    tool_choice: "none",
    input: "Go on.",
  };
  expect(typesOf((await run(goOn)).output)).toEqual(["mcp_call", "message"]);
  expect(calls()).toHaveLength(1);
  await add(ids[0]);
  expect(typesOf((await run(goOn)).output)).toEqual(["message"]);
  expect(calls()).toHaveLength(1);
});

it("stays pending where the run cannot go on: for a model that is gone, or credentials that were the client's", async () => {
  const { responseId, ids } = await ask();
  const { teamId } = ctx.principal;
  const where = { teamId_id: { teamId, id: responseId } };
  const { body } = await prisma().response.findUniqueOrThrow({ where });
  const gone = { ...(typeof body === "object" ? body : {}), model: "gone/model" };
  await prisma().response.update({ where, data: { body: gone } });
  const answers = [{ id: ids[0] ?? "", approve: true }];
  await expect(person.call.approvals.answer({ responseId, answers })).rejects.toThrow("gone/model");
  expect((await pending())[0]?.requests).toMatchObject([{ state: "pending", decision: null }]);

  for (const [secret, background] of [
    [{ authorization: "token" }, false],
    [{ headers: { "x-key": "token" } }, true],
    [{ server_url: `${peer.url}?key=token` }, false],
    [{ server_url: `${peer.url}?key=token` }, true],
  ] as const) {
    const own = await ask({ ...secret, background });
    const row = (await pending()).find((each) => each.responseId === own.responseId);
    expect(row?.lostCredentials).toEqual(["shop"]);
    const approve = { responseId: own.responseId, answers: [{ id: own.ids[0] ?? "", approve: true }] };
    await expect(person.call.approvals.answer(approve)).rejects.toThrow("'shop' came with the request");
  }
  expect(calls()).toHaveLength(0);
  expect(await prisma().auditLog.count({ where: { resourceId: ids[0] ?? "" } })).toBe(0);
});

it("cannot be answered for a client whose credentials came with a tool in its input", async () => {
  const shop = { type: "mcp", server_label: "shop", server_url: peer.url, authorization: "token" };
  for (const background of [false, true]) {
    const input = [
      { type: "additional_tools", role: "developer", tools: [shop] },
      { role: "user", content: "Run shop__order." },
    ];
    const { responseId } = await ask({ tools: [], input, background });
    const row = (await pending()).find((each) => each.responseId === responseId);
    expect(row).toMatchObject({ lostCredentials: ["shop"] });
  }
});

it("goes with its response, and is not there for one that is not stored", async () => {
  const { responseId } = await ask();
  await ask({ store: false });
  expect(await person.call.approvals.count()).toBe(1);
  await person.call.responses.delete({ responseId });
  expect(await person.call.approvals.count()).toBe(0);
  expect(await prisma().approvalRequest.count()).toBe(0);
});

describe("an answer of the dashboard's and one of a client's", () => {
  const goOn = (responseId: string, id = "") => ({
    ...{ model: "builtin/demo", previous_response_id: responseId },
    tools: [{ type: "mcp", server_label: "shop", server_url: peer.url }],
    input: [{ type: "mcp_approval_response", approval_request_id: id, approve: true }],
  });

  it("at the same moment: one goes on, and nothing is left pending", async () => {
    const { responseId, ids } = await ask();
    const answers = ids.map((id) => ({ id, approve: true }));
    // As if the client's request stood between its claim and its note of the answer.
    const { teamId } = ctx.principal;
    const claim = { teamId, key: `mcp approval ${ids[0]}`, requestHash: "", createdAt: new Date() };
    await prisma().idempotencyKey.create({ data: { ...claim, expiresAt: new Date(Date.now() + 60_000) } });
    await expect(person.call.approvals.answer({ responseId, answers })).rejects.toThrow("used already");
    expect(await pending()).toEqual([]);
    expect(calls()).toHaveLength(0);
  });

  it("that was denied: no client runs the call", async () => {
    const { responseId, ids } = await ask();
    await person.call.approvals.answer({ responseId, answers: ids.map((id) => ({ id, approve: false })) });
    const input = { body: goOn(responseId, ids[0]) };
    await expect(createResponse({ ctx, input })).rejects.toThrow("denied in the dashboard");
    await expect(createResponse({ ctx, input })).rejects.toThrow("denied in the dashboard");
    expect(await pending()).toEqual([]);
    expect(calls()).toHaveLength(0);
  });
});
