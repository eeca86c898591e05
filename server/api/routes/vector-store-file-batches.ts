import { answerJson } from "#server/api/answer";
import { parseFileFilter } from "#server/api/parse-file-filter";
import { suggestPolling } from "#server/api/poll-after";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { validate } from "#server/protocol/validate";
import { CreateFileBatchBody, type FileBatchObject } from "#server/protocol/vector-stores";
import { cancelFileBatch as cancelFileBatchService } from "#server/services/vector-stores/cancel-file-batch";
import { createFileBatch as createFileBatchService } from "#server/services/vector-stores/create-file-batch";
import { toFileBatchObject } from "#server/services/vector-stores/file-batch-object";
import { getFileBatch as getFileBatchService } from "#server/services/vector-stores/get-file-batch";
import { listVectorStoreFiles } from "#server/services/vector-stores/list-vector-store-files";
import { toVectorStoreFileObject } from "#server/services/vector-stores/vector-store-file-object";

function idsOf(request: ApiRequest): { vectorStoreId: string; batchId: string } {
  return { vectorStoreId: request.params.vector_store_id ?? "", batchId: request.params.batch_id ?? "" };
}

function answerBatch(request: ApiRequest, batch: FileBatchObject): Response {
  suggestPolling(request, batch.status);
  return answerJson(request, batch);
}

/** `POST /v1/vector_stores/{vector_store_id}/file_batches` */
export const createFileBatch: ApiHandler = async (request) => {
  const body = validate(CreateFileBatchBody, await request.json());
  const { vectorStoreId } = idsOf(request);
  const row = await createFileBatchService({ ctx: request.ctx, input: { vectorStoreId, body } });
  return answerBatch(request, toFileBatchObject(row));
};

/** `GET /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}` */
export const getFileBatch: ApiHandler = async (request) =>
  answerBatch(request, toFileBatchObject(await getFileBatchService({ ctx: request.ctx, input: idsOf(request) })));

/** `POST /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel` */
export const cancelFileBatch: ApiHandler = async (request) =>
  answerBatch(request, toFileBatchObject(await cancelFileBatchService({ ctx: request.ctx, input: idsOf(request) })));

/** `GET /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files` */
export const listFileBatchFiles: ApiHandler = async (request) => {
  const input = { ...idsOf(request), query: parseListQuery(request.query), status: parseFileFilter(request.query) };
  const page = await listVectorStoreFiles({ ctx: request.ctx, input });
  return answerJson(request, toListPage(page.rows.map(toVectorStoreFileObject), page.hasMore));
};
