import type { McpApprovalAnswer } from "#server/protocol/mcp-tools";
import type { ResponseResource } from "#server/protocol/response";
import type { ToolChoice } from "#server/protocol/tools";

type Fields = Record<string, unknown>;

/** What a setting is where a request leaves it out: said again, it could be refused by a model that does not know it. */
const DEFAULTS: Fields = {
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  top_logprobs: 0,
  service_tier: "default",
};

const SETTINGS = [
  "model",
  "instructions",
  "tools",
  "prompt",
  "metadata",
  "max_output_tokens",
  "max_tool_calls",
  "parallel_tool_calls",
  "temperature",
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "top_logprobs",
  "service_tier",
  "truncation",
  "user",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "prompt_cache_options",
] as const satisfies readonly (keyof ResponseResource)[];

/**
 * The request that goes on with a response once its requests for approval are answered: its model, tools and settings
 * as far as a response tells them, in the background. It takes the place of the request that the response's own client
 * would make.
 */
export function continuationOf(
  response: Omit<ResponseResource, "output">,
  answers: readonly McpApprovalAnswer[],
): Fields {
  const { conversation, reasoning, text, id, tool_choice: choice } = response;
  const settings = SETTINGS.flatMap((name) => {
    const value = response[name];
    return value == null || value === DEFAULTS[name] ? [] : [[name, value]];
  });
  const thought = Object.entries(reasoning).filter(([, value]) => value != null);
  const verbosity = text.verbosity === "medium" ? {} : { verbosity: text.verbosity };
  return {
    ...Object.fromEntries(settings),
    ...(thought.length > 0 && { reasoning: Object.fromEntries(thought) }),
    text: { format: text.format, ...verbosity },
    ...laterChoice(choice),
    ...(conversation ? { conversation: conversation.id } : { previous_response_id: id }),
    input: answers,
    background: true,
    store: true,
  };
}

/** A choice that demands a call has had it: the call that was asked to be approved. */
function laterChoice(choice: ToolChoice): Fields {
  if (choice === "none") return { tool_choice: choice };
  if (typeof choice === "string" || choice.type !== "allowed_tools") return {};
  return { tool_choice: { ...choice, mode: "auto" } };
}
