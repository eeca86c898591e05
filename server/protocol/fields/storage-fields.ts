import { acts, type EndpointFields, refuses } from "#server/protocol/fields/field-report";

const ITEMS = acts("At most 20, of the shapes that `input` of a response takes.");
const REPLACES = acts("Replaces what was there; `null` empties it.");
const ATTRIBUTES = "At most 16 pairs of text, numbers and booleans; filters of searches ask for them.";
const CHUNKING = acts("`auto` or `static`.");

const SEARCH_SETTINGS = acts(
  "Ours. `rewrite_model` writes the queries of `rewrite_query`; `ranker` is what `ranker: auto` means in searches of the store; `hybrid_search` and `score_threshold` hold where a search leaves them out. `null` takes them away.",
);

/** Fields of what is kept: stored completions, conversations, files, uploads and vector stores. */
export const storageFields: EndpointFields[] = [
  { route: "POST /v1/chat/completions/:completion_id", fields: { metadata: REPLACES } },
  {
    route: "POST /v1/conversations",
    fields: { items: ITEMS, metadata: acts("Kept with the conversation, and shown.") },
  },
  { route: "POST /v1/conversations/:conversation_id", fields: { metadata: REPLACES } },
  { route: "POST /v1/conversations/:conversation_id/items", fields: { items: ITEMS } },
  {
    route: "POST /v1/files",
    fields: {
      file: acts("The bytes, under a name."),
      purpose: acts("Kept with the file; lists can ask for it."),
      expires_after: acts("Between an hour and 30 days after the upload, the file goes."),
    },
  },
  {
    route: "POST /v1/uploads",
    fields: {
      filename: acts("The file's name."),
      purpose: acts("The file's purpose."),
      bytes: acts("What the parts must come to."),
      mime_type: acts("Kept, not checked: what a file is read as is told by its bytes."),
      expires_after: acts("How long the file stays, once it is whole."),
    },
  },
  {
    route: "POST /v1/uploads/:upload_id/parts",
    fields: { data: acts("The bytes of a part.") },
  },
  {
    route: "POST /v1/uploads/:upload_id/complete",
    fields: { part_ids: acts("The order of the parts."), md5: acts("Checked when it is given.") },
  },
  {
    route: "POST /v1/containers",
    fields: {
      name: acts("Kept with the container; lists can ask for it."),
      file_ids: acts("At most 50, copied to `/mnt/data` under their names."),
      expires_after: acts("Minutes without use after which it ends: 20 unless given, at most a day."),
      memory_limit: acts(
        "`1g`, and `4g` where the operator allows it (`CODE_INTERPRETER_MAX_MEMORY_MB`); more is refused.",
      ),
      network_policy: acts("`disabled`, which holds in any case; `allowlist` is refused."),
      skills: refuses([{ type: "skill_reference", skill_id: "skill_1" }], "There are none here."),
    },
  },
  {
    route: "POST /v1/containers/:container_id/files",
    fields: {
      file: acts("In a form: the bytes, under a name."),
      file_id: acts("In JSON: a file of the team's, which is copied."),
    },
  },
  {
    route: "POST /v1/vector_stores",
    fields: {
      name: acts("Kept with the store, and shown."),
      description: acts("Kept with the store, and shown."),
      file_ids: acts("At most 500, attached at once."),
      chunking_strategy: CHUNKING,
      expires_after: acts("Days without use after which the store ends."),
      metadata: acts("Kept with the store, and shown."),
      search_settings: SEARCH_SETTINGS,
      embedding: acts(
        "Ours. The store's embedding `model`, `dimensions` (up to 4,000, where the model can shorten its vectors) and the `query_prefix` and `document_prefix` that it wants; `EMBEDDING_MODEL` unless given.",
      ),
    },
  },
  {
    route: "POST /v1/vector_stores/:vector_store_id",
    fields: {
      name: REPLACES,
      expires_after: REPLACES,
      metadata: REPLACES,
      search_settings: SEARCH_SETTINGS,
      embedding: acts(
        "Ours. Builds the vectors of another model in the background, then goes over to it at once; `embedding_build` of the store tells how far it is. `null` ends it before it is done.",
      ),
      chunking_strategy: acts(
        "Ours. How files are cut from now on that are attached without a strategy of their own. `null`: as `auto` is.",
      ),
    },
  },
  {
    route: "POST /v1/vector_stores/:vector_store_id/search",
    fields: {
      query: acts("One, or up to 16, whose results are fused."),
      filters: acts("All comparisons, and `and` and `or` of them."),
      max_num_results: acts("1 to 50; 10 unless given."),
      ranking_options: acts(
        "`ranker` (`none`, `auto`, or the name of a model that ranks), `score_threshold` on the final score, and the weights of `hybrid_search`.",
      ),
      rewrite_query: acts(
        "A model makes up to four queries of the question: the store's `rewrite_model`, else the team's default. `search_query` says what was searched; when the model fails, that is the question.",
      ),
    },
  },
  {
    route: "POST /v1/vector_stores/:vector_store_id/files",
    fields: {
      file_id: acts("The file that is read, cut and embedded."),
      attributes: acts(ATTRIBUTES),
      chunking_strategy: CHUNKING,
    },
  },
  {
    route: "POST /v1/vector_stores/:vector_store_id/files/:file_id",
    fields: { attributes: acts(`Replace what was there. ${ATTRIBUTES}`) },
  },
  {
    route: "POST /v1/vector_stores/:vector_store_id/file_batches",
    fields: {
      file_ids: acts("At most 2,000 files; all are attached or none."),
      files: acts("The same, each with attributes and chunking of its own."),
      attributes: acts(ATTRIBUTES),
      chunking_strategy: CHUNKING,
    },
  },
];
