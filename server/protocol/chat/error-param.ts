const CHAT_NAMES: Record<string, string> = {
  input: "messages",
  include: "logprobs",
  max_output_tokens: "max_completion_tokens",
  "text.format": "response_format",
  "text.verbosity": "verbosity",
  "reasoning.effort": "reasoning_effort",
};

/** Of a request's tools only its web search is looked at after the request is read. */
const OF_WEB_SEARCH = /^tools\[\d+\](\.type)?/;

/** A field of a request to the engine by the name under which a chat request has it. */
export function toChatParam(param: string | null): string | null {
  if (param === null) return null;
  return CHAT_NAMES[param.replace(/^input\[.*$/, "input")] ?? param.replace(OF_WEB_SEARCH, "web_search_options");
}
