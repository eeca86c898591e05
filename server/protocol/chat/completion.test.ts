import { expect, it } from "vitest";
import { finishReasonOf } from "#server/protocol/chat/completion";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";

const opening = openResponse({
  id: "resp_1",
  createdAt: 1,
  model: "m",
  request: parseCreateResponse({ model: "m", input: "hi" }),
});
const options = { legacyFunctions: false, includeUsage: false, logprobs: false, obfuscation: false };
const reasonOf = (end: Partial<ResponseResource>) => finishReasonOf({ ...opening, ...end }, options);

it("says why the model stopped, and never that it was done when it was not", () => {
  expect(reasonOf({ status: "completed" })).toBe("stop");
  expect(reasonOf({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } })).toBe("length");
  expect(reasonOf({ status: "incomplete", incomplete_details: { reason: "content_filter" } })).toBe("content_filter");
  expect(reasonOf({ status: "cancelled" })).toBe("length");
});
