import { toModelFormat, toModelToolChoice, toModelTools, toVendorTools } from "#server/engine/model-tools";
import type { CreateResponseRequest } from "#server/protocol/request";
import type { LanguageModel, ModelInput, ModelQuestion } from "#server/providers/provider";
import { settingsOf } from "#server/services/responses/call-engine";
import type { Tool } from "#server/tools/tool";

export interface SupportQuestion {
  request: CreateResponseRequest;
  /** What the model is shown. */
  input: ModelInput[];
  tools: ReadonlyMap<string, Tool>;
  model: LanguageModel;
  signal: AbortSignal;
}

/** What the first call of a request's run asks of its model. */
function questionOf({ request, input, tools }: SupportQuestion): ModelQuestion {
  const toolChoice = toModelToolChoice(request.toolChoice, tools);
  const logprobs = request.include.includes("message.output_text.logprobs");
  return {
    ...settingsOf(request),
    input,
    instructions: request.instructions,
    tools: toModelTools(request.tools, tools),
    ...toVendorTools(request, toolChoice),
    toolChoice,
    parallelToolCalls: request.parallelToolCalls,
    format: toModelFormat(request.text.format),
    topLogprobs: logprobs ? (request.topLogprobs ?? 0) : null,
    promptCacheKey: request.promptCacheKey,
    safetyIdentifier: request.safetyIdentifier,
  };
}

/**
 * Checks that the model can be asked for all that changes what the answer means; of an alias, that one of its targets
 * can. Hints that it has no place for are left out, and are no reason to refuse.
 * @throws AppError unsupported_parameter, naming the first such field and the model
 */
export async function requireSupport(question: SupportQuestion): Promise<void> {
  const refusal = await question.model.refusal?.(questionOf(question), question.signal);
  if (refusal) throw refusal;
}
