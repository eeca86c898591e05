import { answerJson } from "#server/api/answer";
import { parseFileFilter } from "#server/api/parse-file-filter";
import { suggestPolling } from "#server/api/poll-after";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { validate } from "#server/protocol/validate";
import { AttachFileBody, UpdateAttributesBody } from "#server/protocol/vector-stores";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { detachFile } from "#server/services/vector-stores/detach-file";
import { getFileContent } from "#server/services/vector-stores/get-file-content";
import { getVectorStoreFile as getVectorStoreFileService } from "#server/services/vector-stores/get-vector-store-file";
import { listVectorStoreFiles as listFilesService } from "#server/services/vector-stores/list-vector-store-files";
import { updateFileAttributes } from "#server/services/vector-stores/update-file-attributes";
import {
  toVectorStoreFileObject,
  type VectorStoreFileView,
} from "#server/services/vector-stores/vector-store-file-object";

function vectorStoreIdOf(request: ApiRequest): string {
  return request.params.vector_store_id ?? "";
}

function idsOf(request: ApiRequest): { vectorStoreId: string; fileId: string } {
  return { vectorStoreId: vectorStoreIdOf(request), fileId: request.params.file_id ?? "" };
}

function answerFile(request: ApiRequest, view: VectorStoreFileView): Response {
  suggestPolling(request, view.status);
  return answerJson(request, toVectorStoreFileObject(view));
}

/** `POST /v1/vector_stores/{vector_store_id}/files` */
export const createVectorStoreFile: ApiHandler = async (request) => {
  const body = validate(AttachFileBody, await request.json());
  const view = await attachFile({
    ctx: request.ctx,
    input: {
      vectorStoreId: vectorStoreIdOf(request),
      fileId: body.file_id,
      attributes: body.attributes ?? {},
      strategy: body.chunking_strategy ?? null,
    },
  });
  return answerFile(request, view);
};

/** `GET /v1/vector_stores/{vector_store_id}/files` */
export const listVectorStoreFiles: ApiHandler = async (request) => {
  const input = {
    vectorStoreId: vectorStoreIdOf(request),
    query: parseListQuery(request.query),
    status: parseFileFilter(request.query),
  };
  const page = await listFilesService({ ctx: request.ctx, input });
  return answerJson(request, toListPage(page.rows.map(toVectorStoreFileObject), page.hasMore));
};

/** `GET /v1/vector_stores/{vector_store_id}/files/{file_id}` */
export const getVectorStoreFile: ApiHandler = async (request) =>
  answerFile(request, await getVectorStoreFileService({ ctx: request.ctx, input: idsOf(request) }));

/** `POST /v1/vector_stores/{vector_store_id}/files/{file_id}`: replaces the attributes. */
export const updateVectorStoreFile: ApiHandler = async (request) => {
  const body = validate(UpdateAttributesBody, await request.json());
  const input = { ...idsOf(request), attributes: body.attributes ?? {} };
  return answerFile(request, await updateFileAttributes({ ctx: request.ctx, input }));
};

/** `DELETE /v1/vector_stores/{vector_store_id}/files/{file_id}`: the file itself stays. */
export const deleteVectorStoreFile: ApiHandler = async (request) => {
  const input = idsOf(request);
  await detachFile({ ctx: request.ctx, input });
  return answerJson(request, { id: input.fileId, object: "vector_store.file.deleted", deleted: true });
};

/** `GET /v1/vector_stores/{vector_store_id}/files/{file_id}/content`: the text that was read, a piece for each page. */
export const getVectorStoreFileContent: ApiHandler = async (request) => {
  const texts = await getFileContent({ ctx: request.ctx, input: idsOf(request) });
  return answerJson(request, {
    object: "vector_store.file_content.page",
    data: texts.map((text) => ({ type: "text", text })),
    has_more: false,
    next_page: null,
  });
};
