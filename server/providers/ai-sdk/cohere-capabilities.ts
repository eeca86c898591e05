import { SDK_CELLS } from "#server/providers/ai-sdk/sdk-cells";
import { byServer, ignored, no, partly, type WireCapabilities, yes } from "#server/providers/shared/capability";

/** Cohere's Chat API (v2), through `@ai-sdk/cohere`. */
export const cohereCapabilities: WireCapabilities = {
  label: "Cohere's Chat API",
  sdk: "cohere-ai",
  cells: {
    ...SDK_CELLS,
    streaming: yes("without Cohere's citations, which no item has a place for"),
    stopReasons: yes("it filters no content"),
    usage: partly("reasoning tokens are not told apart"),
    reasoning: yes("all of it, and the plan before calls"),
    tools: yes(),
    parallelTools: yes(),
    serialTools: byServer("further calls of a turn are dropped"),
    forcedTools: yes(),
    noTools: yes(),
    strictTools: partly("where all functions are strict and take something"),
    jsonSchema: yes("not beside tools"),
    jsonObject: yes("not beside tools"),
    images: yes("by the models that see"),
    toolImages: partly("in a user message after the results"),
    audio: no(),
    signedReasoning: ignored("the wire has none"),
    effort: partly("as a thinking budget"),
    summary: ignored("reasoning comes as it is"),
    maxOutputTokens: yes(),
    sampling: yes(),
    presencePenalty: yes(),
    frequencyPenalty: yes(),
    stop: yes(),
    seed: yes(),
    serviceTier: ignored(),
    promptCacheKey: ignored(),
    safetyIdentifier: ignored(),
  },
};
