import type { ApiRequest } from "#server/api/route";

/** How soon a poll helper should look again; what it waits for takes about this long. */
const POLL_AFTER_MS = "250";

/** Tells the poll helpers of OpenAI's SDKs when to look again at what is still in progress. */
export function suggestPolling(request: ApiRequest, status: string): void {
  if (status === "in_progress") request.answerHeaders["openai-poll-after-ms"] = POLL_AFTER_MS;
}
