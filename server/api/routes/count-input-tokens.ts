import { answerJson } from "#server/api/answer";
import type { ApiHandler } from "#server/api/route";
import { runHeadersOf } from "#server/api/run-hold";
import { countInputTokens as countInputTokensService } from "#server/services/tokens/count-input-tokens";

/** `POST /v1/responses/input_tokens`: runs no model. */
export const countInputTokens: ApiHandler = async (request) => {
  const { providerHeader, providerApiKey } = runHeadersOf(request);
  const input = { body: await request.json(), providerHeader, providerApiKey };
  return answerJson(request, await countInputTokensService({ ctx: request.ctx, input }));
};
