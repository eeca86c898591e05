import { z } from "zod";
import { FILE_PURPOSES } from "#server/protocol/files";
import { CreatePromptBody } from "#server/protocol/prompt-templates";
import { Metadata } from "#server/protocol/request";
import { UPLOAD_STATUSES } from "#server/protocol/uploads";
import { Attributes, FILE_STATUSES, SearchSettings } from "#server/protocol/vector-stores";

/** What files, vector stores, prompts and deletions answer, as schemas: for the API's own description. */

/** The answer to a deletion: what is gone was an `object`. */
export function deletedSchema(object: string): z.ZodType {
  return z.object({ id: z.string(), object: z.literal(object), deleted: z.literal(true) });
}

/** An uploaded file. */
export const FileSchema = z
  .object({
    id: z.string(),
    object: z.literal("file"),
    bytes: z.int(),
    created_at: z.int(),
    expires_at: z.int().optional().describe("Absent where it never does"),
    filename: z.string(),
    purpose: z.enum(FILE_PURPOSES),
    status: z.literal("processed"),
  })
  .meta({ id: "File" });

/** A file that arrives in parts. */
export const UploadSchema = z
  .object({
    id: z.string(),
    object: z.literal("upload"),
    bytes: z.int(),
    created_at: z.int(),
    expires_at: z.int(),
    filename: z.string(),
    purpose: z.enum(FILE_PURPOSES),
    status: z.enum(UPLOAD_STATUSES),
    file: FileSchema.optional().describe("Of a completed upload"),
  })
  .meta({ id: "Upload" });

/** A part of an upload. */
export const UploadPartSchema = z
  .object({ id: z.string(), object: z.literal("upload.part"), created_at: z.int(), upload_id: z.string() })
  .meta({ id: "UploadPart" });

const ExpiresAfter = z.object({ anchor: z.literal("last_active_at"), days: z.int() });
const FileCounts = z.object({
  in_progress: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  total: z.int(),
});

const StaticChunking = z.object({
  type: z.literal("static"),
  static: z.object({ max_chunk_size_tokens: z.int(), chunk_overlap_tokens: z.int() }),
});

const Embedding = z.object({
  model: z.string(),
  dimensions: z.int().nullable().describe("null until the first vector tells"),
  query_prefix: z.string().optional(),
  document_prefix: z.string().optional(),
});

const EmbeddingBuild = z.object({
  status: z.enum(["in_progress", "completed", "failed", "cancelled"]),
  embedding: Embedding,
  vector_counts: z.object({ completed: z.int(), total: z.int() }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  created_at: z.int(),
  updated_at: z.int(),
});

/** A vector store. */
export const VectorStoreSchema = z
  .object({
    id: z.string(),
    object: z.literal("vector_store"),
    created_at: z.int(),
    name: z.string(),
    description: z.string().nullable(),
    usage_bytes: z.int(),
    file_counts: FileCounts,
    status: z.enum(["expired", "in_progress", "completed"]),
    expires_after: ExpiresAfter.optional().describe("Absent where it never does"),
    expires_at: z.int().nullable(),
    last_active_at: z.int(),
    metadata: Metadata,
    search_settings: SearchSettings.optional().describe("Absent where nothing is set"),
    chunking_strategy: StaticChunking.optional().describe("Of files that come without one; absent where that is auto"),
    embedding: Embedding.describe("What searches compare by now"),
    embedding_build: EmbeddingBuild.optional().describe("The last change of it; absent where there was none"),
  })
  .meta({ id: "VectorStore" });

/** A file in a vector store. */
export const VectorStoreFileSchema = z
  .object({
    id: z.string(),
    object: z.literal("vector_store.file"),
    created_at: z.int(),
    usage_bytes: z.int(),
    vector_store_id: z.string(),
    status: z.enum(FILE_STATUSES),
    last_error: z
      .object({ code: z.enum(["server_error", "unsupported_file", "invalid_file"]), message: z.string() })
      .nullable(),
    chunking_strategy: StaticChunking,
    attributes: Attributes,
  })
  .meta({ id: "VectorStoreFile" });

/** Files that were attached to a vector store together. */
export const FileBatchSchema = z
  .object({
    id: z.string(),
    object: z.literal("vector_store.files_batch"),
    created_at: z.int(),
    vector_store_id: z.string(),
    status: z.enum(FILE_STATUSES),
    file_counts: FileCounts,
  })
  .meta({ id: "FileBatch" });

const TextContent = z.object({ type: z.literal("text"), text: z.string() });

/** The passages that a search found, best first. */
export const SearchResultsSchema = z
  .object({
    object: z.literal("vector_store.search_results.page"),
    search_query: z.array(z.string()),
    data: z.array(
      z.object({
        file_id: z.string(),
        filename: z.string(),
        score: z.number(),
        attributes: Attributes,
        content: z.array(TextContent),
      }),
    ),
    has_more: z.literal(false),
    next_page: z.null(),
  })
  .meta({ id: "SearchResults" });

/** The text of a file in a vector store. */
export const FileContentSchema = z
  .object({
    object: z.literal("vector_store.file_content.page"),
    data: z.array(TextContent),
    has_more: z.literal(false),
    next_page: z.null(),
  })
  .meta({ id: "FileContent" });

/** A conversation. */
export const ConversationSchema = z
  .object({ id: z.string(), object: z.literal("conversation"), created_at: z.int(), metadata: Metadata })
  .meta({ id: "Conversation" });

/** A prompt. */
export const PromptSchema = z
  .object({
    id: z.string(),
    object: z.literal("prompt"),
    name: z.string(),
    default_version: z.string(),
    latest_version: z.string(),
    created_at: z.int(),
    updated_at: z.int(),
  })
  .meta({ id: "Prompt" });

/** A version of a prompt: its template as it was sent, and the names of the template's variables. */
export const PromptVersionSchema = CreatePromptBody.omit({ name: true })
  .extend({
    object: z.literal("prompt.version"),
    prompt_id: z.string(),
    version: z.string(),
    variables: z.array(z.string()),
    created_at: z.int(),
  })
  .meta({ id: "PromptVersion" });
