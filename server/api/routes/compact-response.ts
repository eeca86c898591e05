import { answerJson } from "#server/api/answer";
import { publicOrigin } from "#server/api/public-origin";
import type { ApiHandler } from "#server/api/route";
import { letGo, noteRun, openHold, readRunBody, runHeadersOf } from "#server/api/run-hold";
import { writeItem } from "#server/protocol/dialect";
import { compactResponse as compactResponseService } from "#server/services/compaction/compact-response";

/** `POST /v1/responses/compact` */
export const compactResponse: ApiHandler = async (request) => {
  const hold = openHold();
  try {
    const body = await readRunBody(request, hold);
    const { providerHeader, providerApiKey } = runHeadersOf(request);
    const run = await compactResponseService({ ctx: request.ctx, input: { body, providerHeader, providerApiKey } });
    hold.allowance?.settle(run.compacted.usage.total_tokens);
    noteRun(request, run);
    const view = { include: [], baseUrl: publicOrigin(request.raw) };
    const output = run.compacted.output.map((item) => writeItem(request.dialect, item, view));
    return answerJson(request, { ...run.compacted, output });
  } finally {
    letGo(hold);
  }
};
