import { randomBytes } from "node:crypto";
import { makeOneTimeToken } from "#server/auth/one-time-token";
import { encryptSecret, hashUnderPepper } from "#server/auth/secrets";
import { startSession } from "#server/auth/start-session";
import { prisma } from "#server/db/client";
import { newId, newTraceId } from "#server/ids";
import { createTeam } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";
import { addSavedServer, sealAccount } from "#tests/support/saved-server";

/** Ids of one of everything. */
export interface Ids {
  team: string;
  member: string;
  session: string;
  apiKey: string;
  invitation: string;
  connection: string;
  modelRoute: string;
  savedTool: string;
  savedServer: string;
  webhook: string;
  delivery: string;
  file: string;
  vectorStore: string;
  testSet: string;
  testQuery: string;
  testRun: string;
  urlImport: string;
  response: string;
  approval: string;
  item: string;
  conversation: string;
  prompt: string;
  trace: string;
  span: string;
}

export interface FurnishedTeam {
  ids: Ids;
  owner: Person;
  /** What must never leave the server: plain secrets, and what is stored in their place. */
  secrets: string[];
}

/** Ids of the right form that belong to nothing. */
export function unknownIds(): Ids {
  const trace = newTraceId();
  return {
    team: newId("team"),
    member: newId("user"),
    session: newId("session"),
    apiKey: newId("apiKey"),
    invitation: newId("invitation"),
    connection: newId("connection"),
    modelRoute: newId("modelRoute"),
    savedTool: newId("savedTool"),
    savedServer: newId("savedTool"),
    webhook: newId("webhookEndpoint"),
    delivery: newId("webhookDelivery"),
    file: newId("file"),
    vectorStore: newId("vectorStore"),
    testSet: newId("retrievalTestSet"),
    testQuery: newId("retrievalTestQuery"),
    testRun: newId("retrievalTestRun"),
    urlImport: newId("urlImport"),
    response: newId("response"),
    approval: newId("mcp_approval_request"),
    item: newId("message"),
    conversation: newId("conversation"),
    prompt: newId("prompt"),
    trace,
    span: trace + newTraceId().slice(16),
  };
}

/** A team with an owner and one of everything that has an id. */
export async function createFurnishedTeam(): Promise<FurnishedTeam> {
  const { teamId } = await createTeam();
  const owner = await createMember({ teamId, role: "owner" });
  const member = await createMember({ teamId, role: "developer" });
  const session = await startSession(owner.userId, { address: null, userAgent: "another browser" });
  const ids = { ...unknownIds(), team: teamId, member: member.userId, session };
  const canary = `sk-canary-${randomBytes(8).toString("hex")}`;
  const stored = {
    keyHash: hashUnderPepper(canary),
    linkHash: makeOneTimeToken().hash,
    connectionSecret: encryptSecret(canary),
    webhookSecret: encryptSecret(canary),
    toolSecret: encryptSecret(
      JSON.stringify({ headers: { authorization: `Bearer ${canary}` }, query: {} }),
      `${teamId} ${ids.savedTool}`,
    ),
    accountSecret: sealAccount({ teamId, toolId: ids.savedServer }, canary),
    passwordHash: `$argon2id$canary${randomBytes(8).toString("hex")}`,
  };
  await prisma().user.updateMany({
    where: { id: { in: [owner.userId, member.userId] } },
    data: { passwordHash: stored.passwordHash },
  });
  await addAccess(ids, stored);
  await addDocuments(ids);
  await addTestSet(ids);
  await addUrlImport(ids);
  await addRuns(ids);
  return { ids, owner, secrets: [canary, ...Object.values(stored)] };
}

type Stored = Record<
  "keyHash" | "linkHash" | "connectionSecret" | "webhookSecret" | "toolSecret" | "accountSecret",
  string
>;

async function addAccess(ids: Ids, stored: Stored): Promise<void> {
  const teamId = ids.team;
  const row = { teamId, name: "Canary", prefix: "rj_abcd", lastFour: "wxyz", scopes: ["models.read"] };
  await prisma().apiKey.create({ data: { ...row, id: ids.apiKey, hash: stored.keyHash } });
  const expiresAt = new Date(Date.now() + 3_600_000);
  await prisma().invitation.create({
    data: { id: ids.invitation, teamId, tokenHash: stored.linkHash, role: "viewer", expiresAt },
  });
  await prisma().providerConnection.create({
    data: {
      ...{ id: ids.connection, teamId, name: "canary", kind: "openai-compatible", baseUrl: "http://127.0.0.1:9/v1" },
      ...{ secret: stored.connectionSecret, secretHint: "sk-…mary", models: ["canary-model"] },
    },
  });
  await prisma().modelRoute.create({
    data: {
      ...{ id: ids.modelRoute, teamId, alias: "alias" },
      targets: [{ model: "canary/canary-model", priority: 1, weight: 1 }],
    },
  });
  await prisma().savedTool.create({
    data: {
      ...{ teamId, id: ids.savedTool, kind: "http", name: "canary_tool", secret: stored.toolSecret },
      secretNames: ["header:authorization"],
      settings: {
        ...{ method: "GET", url: "http://127.0.0.1:9/", parameters: { type: "object" }, headers: {}, query: {} },
        ...{ body: null, result: null, timeoutSeconds: null, requireApproval: "never" },
      },
    },
  });
  await addSavedServer({ teamId, toolId: ids.savedServer }, stored.accountSecret);
  await addWebhook(ids, stored.webhookSecret);
}

async function addWebhook(ids: Ids, secret: string): Promise<void> {
  const teamId = ids.team;
  const createdAt = new Date();
  await prisma().webhookEndpoint.create({
    data: {
      ...{ teamId, id: ids.webhook, name: "Canary", url: "https://example.com/hook", secret, secretHint: "…mary" },
      events: ["response.completed"],
    },
  });
  await prisma().webhookDelivery.create({
    data: {
      ...{ teamId, id: ids.delivery, endpointId: ids.webhook, eventId: "evt_1", eventType: "response.completed" },
      ...{ responseId: ids.response, payload: "{}", status: "failed", createdAt, endedAt: createdAt },
      retryUntil: createdAt,
    },
  });
}

async function addDocuments(ids: Ids): Promise<void> {
  const teamId = ids.team;
  const createdAt = new Date();
  await prisma().file.create({
    data: {
      ...{ teamId, id: ids.file, filename: "notes.md", purpose: "assistants", bytes: 5n, sha256: "0".repeat(64) },
      ...{ mediaType: "text/markdown", createdAt },
    },
  });
  await prisma().vectorStore.create({
    data: {
      ...{ teamId, id: ids.vectorStore, name: "Notes", embeddingModel: "builtin/hash-1024", dimensions: 1024 },
      ...{ createdAt, lastActiveAt: createdAt },
    },
  });
  await prisma().vectorStoreFile.create({
    data: {
      ...{ teamId, vectorStoreId: ids.vectorStore, fileId: ids.file, status: "completed", step: "done" },
      ...{ chunkingStrategy: { type: "auto" }, ingestId: "ingest", createdAt },
    },
  });
}

async function addTestSet(ids: Ids): Promise<void> {
  const teamId = ids.team;
  const createdAt = new Date();
  await prisma().retrievalTestSet.create({
    data: { teamId, id: ids.testSet, vectorStoreId: ids.vectorStore, name: "Questions", createdAt },
  });
  const expected = [{ fileId: ids.file, filename: "notes.md", charStart: null, charEnd: null, grade: 1 }];
  await prisma().retrievalTestQuery.create({
    data: { teamId, id: ids.testQuery, testSetId: ids.testSet, text: "Which notes?", expected, createdAt },
  });
  await prisma().retrievalTestRun.create({
    data: {
      ...{ teamId, id: ids.testRun, testSetId: ids.testSet, vectorStoreId: ids.vectorStore, status: "completed" },
      ...{ settings: { maxNumResults: 20 }, embeddingModel: "builtin/hash-1024", generation: 1, queryCount: 1 },
      ...{ recall: 1, mrr: 1, ndcg: 1, createdAt, endedAt: createdAt },
    },
  });
}

async function addUrlImport(ids: Ids): Promise<void> {
  const teamId = ids.team;
  const createdAt = new Date();
  await prisma().urlImport.create({
    data: {
      ...{ teamId, id: ids.urlImport, vectorStoreId: ids.vectorStore, listed: true, status: "completed" },
      ...{ jobId: "0".repeat(32), createdAt, endedAt: createdAt },
    },
  });
  await prisma().urlImportPage.create({
    data: {
      teamId,
      importId: ids.urlImport,
      ordinal: 0,
      url: "https://example.com/",
      status: "added",
      fileId: ids.file,
    },
  });
}

async function addRuns(ids: Ids): Promise<void> {
  const teamId = ids.team;
  const startedAt = new Date();
  const body = { type: "message", id: ids.item, role: "assistant", status: "completed", content: [] };
  await prisma().item.create({ data: { teamId, id: ids.item, type: "message", body, createdAt: startedAt } });
  const asked = {
    type: "mcp_approval_request",
    id: ids.approval,
    server_label: "shop",
    name: "order",
    arguments: "{}",
  };
  await prisma().item.create({ data: { teamId, id: asked.id, type: asked.type, body: asked, createdAt: startedAt } });
  await prisma().response.create({
    data: {
      ...{
        teamId,
        id: ids.response,
        status: "completed",
        model: "builtin/demo",
        body: { id: ids.response, tools: [] },
      },
      ...{ historyItemIds: [], inputItemIds: [], outputItemIds: [ids.item, ids.approval], createdAt: startedAt },
      ...{ apiKeyId: ids.apiKey, previousResponseId: ids.response },
    },
  });
  await prisma().approvalRequest.create({
    data: {
      ...{ teamId, id: ids.approval, responseId: ids.response, lostCredentials: ["shop"], createdAt: startedAt },
    },
  });
  await prisma().conversation.create({ data: { teamId, id: ids.conversation, createdAt: startedAt } });
  await prisma().prompt.create({
    data: { teamId, id: ids.prompt, name: "Greeting", createdAt: startedAt, updatedAt: startedAt },
  });
  await prisma().promptVersion.create({
    data: { teamId, promptId: ids.prompt, version: 1, body: { instructions: "Greet." }, createdAt: startedAt },
  });
  await prisma().trace.create({
    data: {
      ...{ teamId, id: ids.trace, name: "POST /v1/responses", status: "ok", apiKeyId: ids.apiKey, startedAt },
      ...{ responseId: ids.response, toolNames: [], vectorStoreIds: [ids.vectorStore], durationMs: 1 },
    },
  });
  await prisma().span.create({
    data: {
      teamId,
      id: ids.span,
      name: "gateway",
      kind: "gateway",
      status: "ok",
      startedAt,
      offsetMs: 0,
      durationMs: 1,
    },
  });
  for (const id of [ids.trace, ids.span])
    await prisma().tracePayload.create({ data: { teamId, id, body: { input: "text" } } });
}
