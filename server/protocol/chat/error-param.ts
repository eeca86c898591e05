const CHAT_NAMES: Record<string, string> = {
  input: "messages",
  include: "logprobs",
  max_output_tokens: "max_completion_tokens",
  "text.format": "response_format",
  "text.verbosity": "verbosity",
  "reasoning.effort": "reasoning_effort",
};

/** A field of a request to the engine by the name under which a chat request has it. */
export function toChatParam(param: string | null): string | null {
  return param === null ? null : (CHAT_NAMES[param.replace(/^input\[.*$/, "input")] ?? param);
}
