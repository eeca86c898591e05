import { z } from "zod";
import {
  deletedSchema,
  FileBatchSchema,
  FileContentSchema,
  FileSchema,
  SearchResultsSchema,
  UploadPartSchema,
  UploadSchema,
  VectorStoreFileSchema,
  VectorStoreSchema,
} from "#server/protocol/answer-schemas";
import {
  ContainerFileSchema,
  ContainerSchema,
  CreateContainerBody,
  CreateContainerFileBody,
} from "#server/protocol/containers";
import { CreateFileFields } from "#server/protocol/files";
import { type Description, paging } from "#server/protocol/openapi";
import { listSchema } from "#server/protocol/response-schemas";
import { CompleteUploadBody, CreateUploadBody } from "#server/protocol/uploads";
import {
  AttachFileBody,
  CreateFileBatchBody,
  CreateVectorStoreBody,
  FILE_STATUSES,
  SearchBody,
  UpdateAttributesBody,
  UpdateVectorStoreBody,
} from "#server/protocol/vector-stores";

const filesPaging = paging.extend({ filter: z.enum(FILE_STATUSES).optional() });

const binary = z.string().meta({ format: "binary" });

/** What the API's document says of files, uploads and vector stores. */
export const DOCUMENT_DESCRIPTIONS: Record<string, Description> = {
  "POST /v1/files": {
    summary: "Upload a file",
    bodyType: "multipart",
    body: CreateFileFields.extend({ file: binary }),
    answer: FileSchema,
  },
  "GET /v1/files": {
    summary: "List files",
    query: paging.extend({ purpose: z.string().optional() }),
    answer: listSchema(FileSchema),
  },
  "GET /v1/files/:file_id": { summary: "Get a file", answer: FileSchema },
  "DELETE /v1/files/:file_id": { summary: "Delete a file, also from all vector stores", answer: deletedSchema("file") },
  "GET /v1/files/:file_id/content": { summary: "Download a file" },
  "POST /v1/uploads": {
    summary: "Begin a file that arrives in parts",
    body: CreateUploadBody,
    answer: UploadSchema,
  },
  "POST /v1/uploads/:upload_id/parts": {
    summary: "Add a part to an upload",
    bodyType: "multipart",
    body: z.object({ data: binary }),
    answer: UploadPartSchema,
  },
  "POST /v1/uploads/:upload_id/complete": {
    summary: "Make a file of an upload's parts",
    body: CompleteUploadBody,
    answer: UploadSchema,
  },
  "POST /v1/uploads/:upload_id/cancel": { summary: "Cancel an upload", answer: UploadSchema },
  "POST /v1/containers": { summary: "Create a container", body: CreateContainerBody, answer: ContainerSchema },
  "GET /v1/containers": {
    summary: "List containers",
    query: paging.extend({ name: z.string().optional() }),
    answer: listSchema(ContainerSchema),
  },
  "GET /v1/containers/:container_id": { summary: "Get a container", answer: ContainerSchema },
  "DELETE /v1/containers/:container_id": {
    summary: "Delete a container with its files and variables",
    answer: deletedSchema("container.deleted"),
  },
  "POST /v1/containers/:container_id/files": {
    summary: "Put a file into a container: as a form with the field `file`, or one that is uploaded already",
    body: CreateContainerFileBody.partial().extend({ file: binary.optional() }),
    answer: ContainerFileSchema,
  },
  "GET /v1/containers/:container_id/files": {
    summary: "List the files of a container",
    query: paging,
    answer: listSchema(ContainerFileSchema),
  },
  "GET /v1/containers/:container_id/files/:file_id": {
    summary: "Get a file of a container",
    answer: ContainerFileSchema,
  },
  "DELETE /v1/containers/:container_id/files/:file_id": {
    summary: "Take a file out of a container",
    answer: deletedSchema("container.file.deleted"),
  },
  "GET /v1/containers/:container_id/files/:file_id/content": { summary: "Download a file of a container" },
  "POST /v1/vector_stores": {
    summary: "Create a vector store",
    body: CreateVectorStoreBody,
    answer: VectorStoreSchema,
  },
  "GET /v1/vector_stores": { summary: "List vector stores", query: paging, answer: listSchema(VectorStoreSchema) },
  "GET /v1/vector_stores/:vector_store_id": { summary: "Get a vector store", answer: VectorStoreSchema },
  "POST /v1/vector_stores/:vector_store_id": {
    summary: "Change a vector store",
    body: UpdateVectorStoreBody,
    answer: VectorStoreSchema,
  },
  "DELETE /v1/vector_stores/:vector_store_id": {
    summary: "Delete a vector store",
    answer: deletedSchema("vector_store.deleted"),
  },
  "POST /v1/vector_stores/:vector_store_id/search": {
    summary: "Search a vector store",
    body: SearchBody,
    answer: SearchResultsSchema,
  },
  "POST /v1/vector_stores/:vector_store_id/files": {
    summary: "Attach a file",
    body: AttachFileBody,
    answer: VectorStoreFileSchema,
  },
  "GET /v1/vector_stores/:vector_store_id/files": {
    summary: "List the files of a vector store",
    query: filesPaging,
    answer: listSchema(VectorStoreFileSchema),
  },
  "GET /v1/vector_stores/:vector_store_id/files/:file_id": {
    summary: "Get a file of a vector store",
    answer: VectorStoreFileSchema,
  },
  "POST /v1/vector_stores/:vector_store_id/files/:file_id": {
    summary: "Set the attributes of a file in a vector store",
    body: UpdateAttributesBody,
    answer: VectorStoreFileSchema,
  },
  "DELETE /v1/vector_stores/:vector_store_id/files/:file_id": {
    summary: "Take a file out of a vector store",
    answer: deletedSchema("vector_store.file.deleted"),
  },
  "GET /v1/vector_stores/:vector_store_id/files/:file_id/content": {
    summary: "Get the text of a file",
    answer: FileContentSchema,
  },
  "POST /v1/vector_stores/:vector_store_id/file_batches": {
    summary: "Attach files together",
    body: CreateFileBatchBody,
    answer: FileBatchSchema,
  },
  "GET /v1/vector_stores/:vector_store_id/file_batches/:batch_id": {
    summary: "Get a batch of files",
    answer: FileBatchSchema,
  },
  "POST /v1/vector_stores/:vector_store_id/file_batches/:batch_id/cancel": {
    summary: "Cancel what is still to be read of a batch",
    answer: FileBatchSchema,
  },
  "GET /v1/vector_stores/:vector_store_id/file_batches/:batch_id/files": {
    summary: "List the files of a batch",
    query: filesPaging,
    answer: listSchema(VectorStoreFileSchema),
  },
};
