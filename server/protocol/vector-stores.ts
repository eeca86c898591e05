import { z } from "zod";
import { AttributeFilter } from "#server/protocol/attribute-filter";
import { Metadata } from "#server/protocol/request";
import { HybridWeights, ModelName, RankingOptionsInput } from "#server/protocol/tools";

const MAX_PROPERTIES = 16;

/** Attributes of a file in a vector store; what filters ask for. */
export const Attributes = z
  .record(z.string().min(1).max(64), z.union([z.string().max(512), z.boolean(), z.number()]))
  .refine((value) => Object.keys(value).length <= MAX_PROPERTIES, {
    error: `too many properties. Expected at most ${MAX_PROPERTIES} properties`,
  });

export type Attributes = z.infer<typeof Attributes>;

const StaticChunking = z
  .object({
    max_chunk_size_tokens: z.int().min(100).max(4096),
    chunk_overlap_tokens: z.int().min(0),
  })
  .refine((value) => value.chunk_overlap_tokens * 2 <= value.max_chunk_size_tokens, {
    error: "the overlap must not exceed half of max_chunk_size_tokens",
    path: ["chunk_overlap_tokens"],
  });

/** How a file is cut into passages, as a request asks for it. */
export const ChunkingStrategy = z.discriminatedUnion("type", [
  z.object({ type: z.literal("auto") }),
  z.object({ type: z.literal("static"), static: StaticChunking }),
]);

export type ChunkingStrategy = z.infer<typeof ChunkingStrategy>;

/** What stands between a store's searches and their results, where a search does not name it itself. */
export const SearchSettings = z.object({
  /** Writes the queries of `rewrite_query`; the team's default model when absent. */
  rewrite_model: ModelName.nullish(),
  /** What `ranking_options.ranker: "auto"` means: a model that ranks. Absent: the order of the search itself. */
  ranker: ModelName.nullish(),
  /** Weights of the two legs. Absent: what the embedding model is best searched with. */
  hybrid_search: HybridWeights.nullish(),
  /** The least score of a result. */
  score_threshold: z.number().min(0).max(1).nullish(),
});
export type SearchSettings = z.infer<typeof SearchSettings>;

/** pgvector's longest half-precision vectors that an index takes and that fit into a page of the table. */
export const MAX_EMBEDDING_DIMENSIONS = 4_000;

const Prefix = z.string().max(1_000);

/** By which model a store's passages and questions are made into vectors, as a request chooses it. */
export const EmbeddingSettings = z.object({
  /** `connection/model`, an alias, or what is unique among the team's models. */
  model: ModelName,
  /** Absent: as many as the model gives by itself. Fewer where it can shorten them. */
  dimensions: z.int().min(1).max(MAX_EMBEDDING_DIMENSIONS).nullish(),
  /** Go before each text, for models that were trained to be told what it is: `query: ` and `passage: `. */
  query_prefix: Prefix.nullish(),
  document_prefix: Prefix.nullish(),
});
export type EmbeddingSettings = z.infer<typeof EmbeddingSettings>;

/** What a store's model is asked with, as it is kept: without what is empty. */
export type EmbeddingOptions = {
  /** Numbers of a vector, where the model is asked for fewer than its own. */
  reduce_to?: number;
  query_prefix?: string;
  document_prefix?: string;
};

const ExpiresAfter = z.object({ anchor: z.literal("last_active_at"), days: z.int().min(1).max(365) });

const Name = z.string().max(256);

/** The body of `POST /v1/vector_stores`. */
export const CreateVectorStoreBody = z.looseObject({
  name: Name.nullish(),
  description: z.string().max(512).nullish(),
  file_ids: z.array(z.string()).max(500).nullish(),
  expires_after: ExpiresAfter.nullish(),
  chunking_strategy: ChunkingStrategy.nullish(),
  metadata: Metadata.nullish(),
  search_settings: SearchSettings.nullish(),
  embedding: EmbeddingSettings.nullish(),
});

/**
 * The body of `POST /v1/vector_stores/{id}`: what is left out stays, null takes away. Another `embedding` is built in the
 * background; null ends that before it is done.
 */
export const UpdateVectorStoreBody = z.looseObject({
  name: Name.nullish(),
  expires_after: ExpiresAfter.nullish(),
  metadata: Metadata.nullish(),
  search_settings: SearchSettings.nullish(),
  embedding: EmbeddingSettings.nullish(),
  chunking_strategy: ChunkingStrategy.nullish(),
});

/** The body of `POST /v1/vector_stores/{id}/files`. */
export const AttachFileBody = z.looseObject({
  file_id: z.string().min(1),
  attributes: Attributes.nullish(),
  chunking_strategy: ChunkingStrategy.nullish(),
});

const MAX_BATCH_FILES = 2000;

/** The body of `POST /v1/vector_stores/{id}/file_batches`: exactly one of `file_ids` and `files`. */
export const CreateFileBatchBody = z
  .looseObject({
    file_ids: z.array(z.string().min(1)).min(1).max(MAX_BATCH_FILES).nullish(),
    files: z.array(AttachFileBody).min(1).max(MAX_BATCH_FILES).nullish(),
    /** These two go with `file_ids`; of `files`, each has its own. */
    attributes: Attributes.nullish(),
    chunking_strategy: ChunkingStrategy.nullish(),
  })
  .refine((body) => !body.file_ids || !body.files, {
    error: "use either 'file_ids' or 'files', not both",
    path: ["files"],
  })
  .refine((body) => body.file_ids || body.files, {
    error: "name the files of the batch in 'file_ids' or in 'files'",
    path: ["file_ids"],
  });

/** The body of `POST /v1/vector_stores/{id}/files/{file_id}`. */
export const UpdateAttributesBody = z.looseObject({ attributes: Attributes.nullable() });

const Query = z.string().min(1).max(4096);

/** The body of `POST /v1/vector_stores/{id}/search`. */
export const SearchBody = z.looseObject({
  query: z.union([Query, z.array(Query).min(1).max(16)]),
  rewrite_query: z.boolean().nullish(),
  max_num_results: z.int().min(1).max(50).nullish(),
  filters: AttributeFilter.nullish(),
  ranking_options: RankingOptionsInput.nullish(),
});

export const FILE_STATUSES = ["in_progress", "completed", "failed", "cancelled"] as const;

/** A vector store as the API shows it. Times are seconds since the epoch. */
export interface VectorStoreObject {
  id: string;
  object: "vector_store";
  created_at: number;
  name: string;
  description: string | null;
  usage_bytes: number;
  file_counts: { in_progress: number; completed: number; failed: number; cancelled: number; total: number };
  status: "expired" | "in_progress" | "completed";
  /** Absent where it never does. */
  expires_after?: { anchor: "last_active_at"; days: number };
  expires_at: number | null;
  last_active_at: number;
  metadata: Record<string, string>;
  /** Ours; absent where nothing is set. */
  search_settings?: SearchSettings;
  /** Ours: how files are cut that come without a strategy of their own; absent where that is `auto`. */
  chunking_strategy?: StaticChunkingObject;
  /** Ours: what searches compare by now. */
  embedding: EmbeddingObject;
  /** Ours: the last change of it; absent where there was none. */
  embedding_build?: EmbeddingBuildObject;
}

/** By which model a store's vectors are made. */
export interface EmbeddingObject {
  model: string;
  /** null until the first vector tells. */
  dimensions: number | null;
  query_prefix?: string;
  document_prefix?: string;
}

/** How far the vectors of another embedding model are. */
export interface EmbeddingBuildObject {
  /** Searches compare by the new model from `completed` on, and by the one before until then and otherwise. */
  status: "in_progress" | "completed" | "failed" | "cancelled";
  embedding: EmbeddingObject;
  /** Vectors written, and passages that the store has now. */
  vector_counts: { completed: number; total: number };
  error: { code: string; message: string } | null;
  created_at: number;
  updated_at: number;
}

/** Files that were attached together as the API shows them. */
export interface FileBatchObject {
  id: string;
  object: "vector_store.files_batch";
  created_at: number;
  vector_store_id: string;
  status: "in_progress" | "completed" | "cancelled" | "failed";
  file_counts: VectorStoreObject["file_counts"];
}

export interface StaticChunkingObject {
  type: "static";
  static: { max_chunk_size_tokens: number; chunk_overlap_tokens: number };
}

/** A file in a vector store as the API shows it. */
export interface VectorStoreFileObject {
  id: string;
  object: "vector_store.file";
  created_at: number;
  usage_bytes: number;
  vector_store_id: string;
  status: (typeof FILE_STATUSES)[number];
  last_error: { code: "server_error" | "unsupported_file" | "invalid_file"; message: string } | null;
  chunking_strategy: StaticChunkingObject;
  attributes: Attributes;
}
