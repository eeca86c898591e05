import type { Ids } from "#tests/support/furnished-team";

/**
 * An input for every procedure that takes somebody's id, in which each id is the given one. A procedure that is missing
 * here fails the tenancy test.
 */
export const PROCEDURE_CASES: Record<string, (ids: Ids) => unknown> = {
  "me.switchTeam": (ids) => ({ teamId: ids.team }),
  "me.revokeSession": (ids) => ({ sessionId: ids.session }),

  "team.updateMember": (ids) => ({ userId: ids.member, role: "viewer" }),
  "team.removeMember": (ids) => ({ userId: ids.member }),
  "team.revokeInvitation": (ids) => ({ id: ids.invitation }),

  "apiKeys.create": (ids) => ({ name: "New", allowedToolIds: [ids.savedTool], defaultToolIds: [ids.savedTool] }),
  "apiKeys.update": (ids) => ({ id: ids.apiKey, name: "Renamed" }),
  "apiKeys.revoke": (ids) => ({ id: ids.apiKey }),

  "providers.update": (ids) => ({ id: ids.connection, name: "renamed" }),
  "providers.rotate": (ids) => ({ id: ids.connection, apiKey: "sk-new" }),
  "providers.remove": (ids) => ({ id: ids.connection }),
  "providers.test": (ids) => ({ id: ids.connection }),
  "tools.get": (ids) => ({ id: ids.savedTool }),
  "tools.usage": (ids) => ({ id: ids.savedTool }),
  "tools.update": (ids) => ({ id: ids.savedTool, name: "renamed" }),
  "tools.delete": (ids) => ({ id: ids.savedTool }),
  "tools.test": (ids) => ({ id: ids.savedTool }),
  "toolAccounts.get": (ids) => ({ id: ids.savedServer }),
  "toolAccounts.connect": (ids) => ({ id: ids.savedServer }),
  "toolAccounts.disconnect": (ids) => ({ id: ids.savedServer }),
  "models.removeRoute": (ids) => ({ id: ids.modelRoute }),
  "models.updateRoute": (ids) => ({
    ...{ id: ids.modelRoute, alias: "renamed" },
    targets: [{ model: "builtin/demo", priority: 1, weight: 1 }],
  }),

  "webhooks.update": (ids) => ({ id: ids.webhook, name: "Renamed" }),
  "webhooks.rotateSecret": (ids) => ({ id: ids.webhook }),
  "webhooks.delete": (ids) => ({ id: ids.webhook }),
  "webhooks.test": (ids) => ({ id: ids.webhook, event: "response.completed" }),
  "webhooks.deliveries": (ids) => ({ webhookId: ids.webhook }),
  "webhooks.redeliver": (ids) => ({ deliveryId: ids.delivery }),

  "files.get": (ids) => ({ fileId: ids.file }),
  "files.delete": (ids) => ({ fileId: ids.file }),
  "vectorStores.get": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "vectorStores.usage": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "vectorStores.create": (ids) => ({ name: "New", file_ids: [ids.file] }),
  "vectorStores.update": (ids) => ({ vectorStoreId: ids.vectorStore, change: { name: "Renamed" } }),
  "vectorStores.changeEmbedding": (ids) => ({
    vectorStoreId: ids.vectorStore,
    embedding: { model: "builtin/hash-1024", dimensions: 256 },
  }),
  "vectorStores.delete": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "vectorStores.files": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "vectorStores.attachFiles": (ids) => ({ vectorStoreId: ids.vectorStore, fileIds: [ids.file] }),
  "vectorStores.detachFile": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file }),
  "vectorStores.retryFile": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file }),
  "vectorStores.retryFailedFiles": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "vectorStores.cancelFile": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file }),
  "vectorStores.search": (ids) => ({ vectorStoreId: ids.vectorStore, query: "proof of work" }),
  "vectorStores.chunks": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file }),

  "retrievalLab.explain": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file, query: "proof of work" }),
  "testSets.list": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "testSets.get": (ids) => ({ testSetId: ids.testSet }),
  "testSets.create": (ids) => ({ vectorStoreId: ids.vectorStore, name: "New" }),
  "testSets.delete": (ids) => ({ testSetId: ids.testSet }),
  "testSets.addQuery": (ids) => ({ testSetId: ids.testSet, text: "What?", expected: [{ fileId: ids.file }] }),
  "testSets.removeQuery": (ids) => ({ testSetId: ids.testSet, queryId: ids.testQuery }),
  "testSets.export": (ids) => ({ testSetId: ids.testSet }),
  "testSets.import": (ids) => ({
    vectorStoreId: ids.vectorStore,
    document: {
      ...{ name: "Imported", queries: [{ _id: "1", text: "What?" }] },
      qrels: [{ "query-id": "1", "corpus-id": "notes.md", score: 1 }],
    },
  }),
  "testSets.run": (ids) => ({ testSetId: ids.testSet, settings: {} }),
  "testSets.runs": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "testSets.getRun": (ids) => ({ runId: ids.testRun }),

  "storeFiles.browse": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "storeFiles.ids": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "storeFiles.get": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file }),
  "storeFiles.part": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file }),
  "storeFiles.find": (ids) => ({ vectorStoreId: ids.vectorStore, fileId: ids.file, words: "proof" }),
  "storeFiles.previewCut": (ids) => ({ fileId: ids.file }),
  "storeFiles.detach": (ids) => ({ vectorStoreId: ids.vectorStore, fileIds: [ids.file] }),
  "storeFiles.reindex": (ids) => ({ vectorStoreId: ids.vectorStore, fileIds: [ids.file] }),
  "storeFiles.changeAttributes": (ids) => ({
    ...{ vectorStoreId: ids.vectorStore, fileIds: [ids.file] },
    ...{ set: { year: 2026 }, remove: ["author"] },
  }),

  "urlImports.list": (ids) => ({ vectorStoreId: ids.vectorStore }),
  "urlImports.pages": (ids) => ({ importId: ids.urlImport }),
  "urlImports.start": (ids) => ({
    vectorStoreId: ids.vectorStore,
    source: { urls: ["https://example.com/a"] },
  }),
  "urlImports.retry": (ids) => ({ importId: ids.urlImport }),
  "urlImports.cancel": (ids) => ({ importId: ids.urlImport }),
  "urlImports.delete": (ids) => ({ importId: ids.urlImport }),

  "prompts.get": (ids) => ({ promptId: ids.prompt }),
  "prompts.versions": (ids) => ({ promptId: ids.prompt }),
  "prompts.version": (ids) => ({ promptId: ids.prompt, version: "1" }),
  "prompts.createVersion": (ids) => ({ promptId: ids.prompt, template: { instructions: "Greet warmly." } }),
  "prompts.update": (ids) => ({ promptId: ids.prompt, name: "Renamed" }),
  "prompts.setDefaultVersion": (ids) => ({ promptId: ids.prompt, version: "1" }),
  "prompts.delete": (ids) => ({ promptId: ids.prompt }),

  "conversations.get": (ids) => ({ conversationId: ids.conversation }),
  "conversations.items": (ids) => ({ conversationId: ids.conversation }),
  "conversations.delete": (ids) => ({ conversationId: ids.conversation }),

  "responses.list": (ids) => ({ apiKeyId: ids.apiKey }),
  "responses.get": (ids) => ({ responseId: ids.response }),
  "responses.input": (ids) => ({ responseId: ids.response }),
  "responses.inputItems": (ids) => ({ responseId: ids.response }),
  "responses.watch": (ids) => ({ responseId: ids.response }),
  "responses.stop": (ids) => ({ responseId: ids.response }),
  "responses.delete": (ids) => ({ responseId: ids.response }),

  "approvals.ofResponse": (ids) => ({ responseId: ids.response }),
  "approvals.answer": (ids) => ({ responseId: ids.response, answers: [{ id: ids.approval, approve: false }] }),

  "traces.list": (ids) => ({ apiKeyId: ids.apiKey, vectorStoreId: ids.vectorStore, responseId: ids.response }),
  "traces.live": (ids) => ({ after: "f".repeat(32), running: [ids.trace] }),
  "traces.get": (ids) => ({ traceId: ids.trace }),
  "traces.payload": (ids) => ({ traceId: ids.trace, spanId: ids.span.slice(-16) }),
  "traces.otel": (ids) => ({ traceId: ids.trace }),
};

export interface MixedCase {
  name: string;
  path: string;
  /** `own` are ids of the asking team. */
  input: (ids: Ids, own: Ids) => unknown;
}

/** Further ways to name somebody's things: ids inside a request body, beside one's own, or as a cursor. */
export const MIXED_CASES: MixedCase[] = [
  {
    name: "a tool of theirs for a key of ours",
    path: "apiKeys.update",
    input: (ids, own) => ({ id: own.apiKey, allowedToolIds: [ids.savedTool] }),
  },
  {
    name: "a file of theirs in a test set of ours",
    path: "testSets.addQuery",
    input: (ids, own) => ({ testSetId: own.testSet, text: "What?", expected: [{ fileId: ids.file }] }),
  },
  {
    name: "a file of theirs for a store of ours",
    path: "vectorStores.attachFiles",
    input: (ids, own) => ({ vectorStoreId: own.vectorStore, fileIds: [ids.file] }),
  },
  {
    name: "a file of theirs in a store of ours",
    path: "vectorStores.chunks",
    input: (ids, own) => ({ vectorStoreId: own.vectorStore, fileId: ids.file }),
  },
  ...(["detach", "reindex"] as const).map((name) => ({
    name: "a file of theirs in a store of ours",
    path: `storeFiles.${name}`,
    input: (ids: Ids, own: Ids) => ({ vectorStoreId: own.vectorStore, fileIds: [ids.file] }),
  })),
  {
    name: "a file of theirs in a store of ours",
    path: "storeFiles.changeAttributes",
    input: (ids, own) => ({ vectorStoreId: own.vectorStore, fileIds: [ids.file], set: { year: 2026 } }),
  },
  { name: "their file as a cursor", path: "files.list", input: (ids) => ({ cursor: ids.file }) },
  { name: "their response as a cursor", path: "responses.list", input: (ids) => ({ cursor: ids.response }) },
  { name: "their response as a cursor", path: "approvals.list", input: (ids) => ({ cursor: ids.response }) },
  {
    name: "their request for approval as one of our response's",
    path: "approvals.answer",
    input: (ids, own) => ({ responseId: own.response, answers: [{ id: ids.approval, approve: true }] }),
  },
  {
    name: "their conversation as a cursor",
    path: "conversations.list",
    input: (ids) => ({ cursor: ids.conversation }),
  },
  {
    name: "what follows their response",
    path: "responses.list",
    input: (ids) => ({ previousResponseId: ids.response }),
  },
  { name: "their store as a cursor", path: "vectorStores.list", input: (ids) => ({ cursor: ids.vectorStore }) },
  {
    name: "previous_response_id",
    path: "playground.respond",
    input: (ids) => ({ model: "builtin/demo", input: "Hello", previous_response_id: ids.response }),
  },
  { name: "their prompt as a cursor", path: "prompts.list", input: (ids) => ({ cursor: ids.prompt }) },
  {
    name: "conversation",
    path: "playground.respond",
    input: (ids) => ({ model: "builtin/demo", input: "Hello", conversation: ids.conversation }),
  },
  {
    name: "prompt",
    path: "playground.respond",
    input: (ids) => ({ model: "builtin/demo", input: "Hello", prompt: { id: ids.prompt } }),
  },
  {
    name: "item_reference",
    path: "playground.respond",
    input: (ids) => ({ model: "builtin/demo", input: [{ type: "item_reference", id: ids.item }] }),
  },
  {
    name: "vector_store_ids",
    path: "playground.respond",
    input: (ids) => ({
      model: "builtin/demo",
      input: "Hello",
      tools: [{ type: "file_search", vector_store_ids: [ids.vectorStore] }],
    }),
  },
  {
    name: "file_id",
    path: "playground.respond",
    input: (ids) => ({
      model: "builtin/demo",
      input: [{ role: "user", content: [{ type: "input_file", file_id: ids.file }] }],
    }),
  },
];
