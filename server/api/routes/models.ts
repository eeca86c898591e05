import { answerJson } from "#server/api/answer";
import type { ApiHandler } from "#server/api/route";
import { getModel as getModelService } from "#server/services/models/get-model";
import { listModels as listModelsService } from "#server/services/models/list-models";

/** `GET /v1/models` */
export const listModels: ApiHandler = async (request) =>
  answerJson(request, await listModelsService({ ctx: request.ctx }));

/** `GET /v1/models/{model}`: ids hold slashes, written as they are or as %2F. */
export const getModel: ApiHandler = async (request) =>
  answerJson(request, await getModelService({ ctx: request.ctx, input: { model: request.params.model ?? "" } }));
