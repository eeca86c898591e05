import { z } from "zod";
import { refuseFields } from "#server/protocol/passed-fields";
import { CreateResponseBody } from "#server/protocol/request";

/** The fields of `POST /v1/responses/input_tokens` that OpenAI names; those of a response are taken too. */
export const InputTokensBody = CreateResponseBody.pick({
  model: true,
  input: true,
  previous_response_id: true,
  conversation: true,
  instructions: true,
  tools: true,
  text: true,
  tool_choice: true,
  parallel_tool_calls: true,
  reasoning: true,
  truncation: true,
})
  .extend({ personality: z.unknown().optional() })
  .meta({ id: "InputTokensBody" });

/** Refuses what would change the count in a way unknown here. Throws RequestProblem `unsupported_parameter`. */
export function checkCountable(body: unknown): void {
  if (typeof body === "object" && body !== null) refuseFields(body, ["personality"]);
}
