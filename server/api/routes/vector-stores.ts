import type { z } from "zod";
import { answerJson } from "#server/api/answer";
import { suggestPolling } from "#server/api/poll-after";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { validate } from "#server/protocol/validate";
import { CreateVectorStoreBody, SearchBody, UpdateVectorStoreBody } from "#server/protocol/vector-stores";
import { enterRun } from "#server/services/responses/capacity";
import { createVectorStore as createVectorStoreService } from "#server/services/vector-stores/create-vector-store";
import { deleteVectorStore as deleteVectorStoreService } from "#server/services/vector-stores/delete-vector-store";
import { getVectorStore as getVectorStoreService } from "#server/services/vector-stores/get-vector-store";
import { listVectorStores as listVectorStoresService } from "#server/services/vector-stores/list-vector-stores";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { updateVectorStore as updateVectorStoreService } from "#server/services/vector-stores/update-vector-store";
import { toVectorStoreObject, type VectorStoreView } from "#server/services/vector-stores/vector-store-view";

const DEFAULT_RESULTS = 10;

function vectorStoreIdOf(request: ApiRequest): string {
  return request.params.vector_store_id ?? "";
}

function answerStore(request: ApiRequest, view: VectorStoreView): Response {
  suggestPolling(request, view.status);
  return answerJson(request, toVectorStoreObject(view));
}

/** `POST /v1/vector_stores` */
export const createVectorStore: ApiHandler = async (request) => {
  const input = validate(CreateVectorStoreBody, await request.json());
  return answerStore(request, await createVectorStoreService({ ctx: request.ctx, input }));
};

/** `GET /v1/vector_stores` */
export const listVectorStores: ApiHandler = async (request) => {
  const query = parseListQuery(request.query);
  const page = await listVectorStoresService({ ctx: request.ctx, input: { query } });
  return answerJson(request, toListPage(page.rows.map(toVectorStoreObject), page.hasMore));
};

/** `GET /v1/vector_stores/{vector_store_id}` */
export const getVectorStore: ApiHandler = async (request) => {
  const input = { vectorStoreId: vectorStoreIdOf(request) };
  return answerStore(request, await getVectorStoreService({ ctx: request.ctx, input }));
};

/** `POST /v1/vector_stores/{vector_store_id}` */
export const updateVectorStore: ApiHandler = async (request) => {
  const change = validate(UpdateVectorStoreBody, await request.json());
  const input = { vectorStoreId: vectorStoreIdOf(request), change };
  return answerStore(request, await updateVectorStoreService({ ctx: request.ctx, input }));
};

/** `DELETE /v1/vector_stores/{vector_store_id}`: the files themselves stay. */
export const deleteVectorStore: ApiHandler = async (request) => {
  const id = vectorStoreIdOf(request);
  await deleteVectorStoreService({ ctx: request.ctx, input: { vectorStoreId: id } });
  return answerJson(request, { id, object: "vector_store.deleted", deleted: true });
};

/** `POST /v1/vector_stores/{vector_store_id}/search`: takes one of the process's places, like a response. */
export const searchVectorStore: ApiHandler = async (request) => {
  const slot = enterRun();
  try {
    return await answerSearch(request, validate(SearchBody, await request.json(slot.hold)));
  } finally {
    slot.leave();
  }
};

async function answerSearch(request: ApiRequest, body: z.output<typeof SearchBody>): Promise<Response> {
  const vectorStoreId = vectorStoreIdOf(request);
  const queries = typeof body.query === "string" ? [body.query] : body.query;
  request.ctx.trace.set({ vectorStoreIds: [vectorStoreId], inputPreview: queries.join(" · ") });
  const { hits, queries: searched } = await searchVectorStores({
    ctx: request.ctx,
    input: {
      vectorStoreIds: [vectorStoreId],
      queries,
      rewriteQuery: body.rewrite_query,
      maxNumResults: body.max_num_results ?? DEFAULT_RESULTS,
      filters: body.filters,
      rankingOptions: body.ranking_options,
    },
  });
  return answerJson(request, {
    object: "vector_store.search_results.page",
    search_query: searched,
    data: hits.map((hit) => ({
      file_id: hit.fileId,
      filename: hit.filename,
      score: hit.score,
      attributes: hit.attributes,
      content: [{ type: "text", text: hit.text }],
    })),
    has_more: false,
    next_page: null,
  });
}
