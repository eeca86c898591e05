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

  "apiKeys.update": (ids) => ({ id: ids.apiKey, name: "Renamed" }),
  "apiKeys.revoke": (ids) => ({ id: ids.apiKey }),

  "providers.update": (ids) => ({ id: ids.connection, name: "renamed" }),
  "providers.rotate": (ids) => ({ id: ids.connection, apiKey: "sk-new" }),
  "providers.remove": (ids) => ({ id: ids.connection }),
  "providers.test": (ids) => ({ id: ids.connection }),
  "models.removeRoute": (ids) => ({ id: ids.modelRoute }),

  "traces.list": (ids) => ({ apiKeyId: ids.apiKey, vectorStoreId: ids.vectorStore, responseId: ids.response }),
  "traces.live": (ids) => ({ after: "f".repeat(32), running: [ids.trace] }),
  "traces.get": (ids) => ({ traceId: ids.trace }),
  "traces.payload": (ids) => ({ traceId: ids.trace, spanId: ids.span.slice(-16) }),
  "traces.otel": (ids) => ({ traceId: ids.trace }),
};

/** Further ways to name somebody's things: ids inside a request body. */
export const BODY_CASES: { name: string; path: string; input: (ids: Ids) => unknown }[] = [
  {
    name: "previous_response_id",
    path: "playground.respond",
    input: (ids) => ({ model: "builtin/demo", input: "Hello", previous_response_id: ids.response }),
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
