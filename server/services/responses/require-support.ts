import { toCommonQuestion } from "#server/engine/common-question";
import { toModelToolChoice, toVendorTools } from "#server/engine/model-tools";
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
  const asked = { ...request, settings: settingsOf(request), format: request.text.format };
  return { ...toCommonQuestion(asked, tools), ...toVendorTools(request, toolChoice, tools), input, toolChoice };
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
