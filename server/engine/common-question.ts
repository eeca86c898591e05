import type { ModelSettings } from "#server/engine/engine-request";
import { toModelFormat, toModelTools } from "#server/engine/model-tools";
import type { Include } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import type { RequestTool } from "#server/protocol/tools";
import type { ModelQuestion } from "#server/providers/provider";
import type { Tool } from "#server/tools/tool";

/** What all calls of a run ask of their model alike. */
export type CommonQuestion = Omit<ModelQuestion, "input" | "toolChoice" | "vendorTools">;

/** What of a request decides about it. */
interface AskedInCommon
  extends Pick<CommonQuestion, "instructions" | "parallelToolCalls" | "promptCacheKey" | "safetyIdentifier"> {
  settings: ModelSettings;
  include: readonly Include[];
  /** The tools as the caller gave them. */
  tools: readonly RequestTool[];
  format: ResponseResource["text"]["format"];
}

/** The question of a request whose `hosted` tools run here: the one that is checked, and the one that is asked. */
export function toCommonQuestion(asked: AskedInCommon, hosted: ReadonlyMap<string, Tool>): CommonQuestion {
  const { settings, include, instructions, parallelToolCalls, promptCacheKey, safetyIdentifier } = asked;
  const logprobs = include.includes("message.output_text.logprobs");
  return {
    ...settings,
    topLogprobs: logprobs ? (settings.topLogprobs ?? 0) : null,
    instructions,
    tools: toModelTools(asked.tools, hosted),
    parallelToolCalls,
    format: toModelFormat(asked.format),
    promptCacheKey,
    safetyIdentifier,
  };
}
