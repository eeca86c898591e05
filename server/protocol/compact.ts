import { z } from "zod";
import type { Item } from "#server/protocol/items";
import {
  CreateResponseBody,
  type CreateResponseRequest,
  parseCreateResponse,
  prepareRequest,
} from "#server/protocol/request";
import type { Usage } from "#server/protocol/response";
import { validate } from "#server/protocol/validate";

const { input, previous_response_id, instructions, prompt_cache_key, service_tier } = CreateResponseBody.shape;
const { prompt_cache_retention, prompt_cache_options } = CreateResponseBody.shape;

/** The body of `POST /v1/responses/compact`. */
export const CompactBody = z
  .object({
    model: z.string().min(1),
    ...{ input, previous_response_id, instructions },
    ...{ prompt_cache_key, prompt_cache_retention, prompt_cache_options, service_tier },
  })
  .meta({ id: "CompactBody" });

/** What `POST /v1/responses/compact` answers: the window to go on from, to be sent back as it is. */
export interface CompactedResponse {
  id: string;
  object: "response.compaction";
  created_at: number;
  output: Item[];
  usage: Usage;
}

/**
 * Reads the body of `POST /v1/responses/compact` as a request whose context is to be compacted.
 * Throws RequestProblem naming the path at fault and what is allowed there.
 */
export function parseCompact(body: unknown): CreateResponseRequest {
  return parseCreateResponse(validate(CompactBody, prepareRequest(body)));
}
