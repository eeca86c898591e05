import { SDK_CELLS } from "#server/providers/ai-sdk/sdk-cells";
import { ignored, no, partly, type WireCapabilities, yes } from "#server/providers/shared/capability";

/** Anthropic's Messages API, through `@ai-sdk/anthropic`. */
export const anthropicCapabilities: WireCapabilities = {
  label: "Anthropic's Messages API",
  sdk: "@anthropic-ai/sdk",
  cells: {
    ...SDK_CELLS,
    streaming: yes(),
    stopReasons: yes(),
    usage: yes(),
    reasoning: yes("as a summary"),
    tools: yes(),
    parallelTools: yes(),
    serialTools: yes(),
    forcedTools: yes("refused where the model, or thinking with a budget, allows none"),
    noTools: yes(),
    strictTools: yes("left out for models without structured output"),
    jsonSchema: yes("as a tool that must be called, for models and schemas that structured output does not take"),
    jsonObject: partly("as a tool that must be called, with an object of any kind"),
    images: yes(),
    toolImages: yes(),
    audio: no(),
    signedReasoning: yes(),
    effort: yes("as a thinking budget for models without effort levels"),
    summary: ignored("reasoning always comes as a summary"),
    maxOutputTokens: yes(),
    sampling: partly(
      "temperatures above 1 count as 1, `top_p` counts without a temperature only; left out where the model takes none",
    ),
    presencePenalty: no(),
    frequencyPenalty: no(),
    stop: yes(),
    seed: no(),
    serviceTier: ignored(),
    promptCacheKey: ignored(),
    safetyIdentifier: yes(),
  },
};
