import { SDK_CELLS } from "#server/providers/ai-sdk/sdk-cells";
import { ignored, no, partly, type WireCapabilities, yes } from "#server/providers/shared/capability";

/** Mistral's chat completions, through `@ai-sdk/mistral`. */
export const mistralCapabilities: WireCapabilities = {
  label: "Mistral's chat completions",
  sdk: "@mistralai/mistralai",
  cells: {
    ...SDK_CELLS,
    streaming: yes(),
    stopReasons: yes("it filters no content"),
    usage: yes(),
    reasoning: yes("all of it"),
    tools: yes(),
    parallelTools: yes(),
    serialTools: yes(),
    forcedTools: yes(),
    noTools: yes(),
    strictTools: yes(),
    jsonSchema: yes(),
    jsonObject: yes(),
    images: yes(),
    toolImages: partly("in a user message after the results"),
    audio: no("the package sends none"),
    signedReasoning: ignored("signatures are optional, and the package drops them"),
    effort: partly("the nearest that the model knows, `none` and `high` for most"),
    summary: ignored("reasoning comes as it is"),
    maxOutputTokens: yes(),
    sampling: yes(),
    presencePenalty: yes(),
    frequencyPenalty: yes(),
    stop: yes(),
    seed: yes(),
    serviceTier: ignored(),
    promptCacheKey: yes(),
    safetyIdentifier: ignored(),
  },
};
