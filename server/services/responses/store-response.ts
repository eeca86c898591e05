import { saveResponse } from "#server/db/responses";
import { type RowsInput, toResponseRecord } from "#server/services/responses/response-rows";
import { announceResponse } from "#server/services/webhooks/announce-response";

/**
 * Stores a finished response with its items and the news of it for the team's webhooks, all or nothing.
 * @throws AppError database_unavailable
 */
export async function storeResponse(input: RowsInput): Promise<void> {
  const record = toResponseRecord(input);
  const { principal, response } = input;
  await announceResponse({
    teamId: principal.teamId,
    response,
    store: (deliveries) => saveResponse({ ...record, deliveries }),
  });
}
