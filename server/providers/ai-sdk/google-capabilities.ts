import { SDK_CELLS } from "#server/providers/ai-sdk/sdk-cells";
import { byServer, ignored, partly, type WireCapabilities, yes } from "#server/providers/shared/capability";

/** Google's Gemini API, through `@ai-sdk/google`. */
export const googleCapabilities: WireCapabilities = {
  label: "Google's Gemini API",
  sdk: "@google/genai",
  cells: {
    ...SDK_CELLS,
    streaming: yes(),
    stopReasons: yes(),
    usage: yes(),
    reasoning: yes("as a summary, when an effort is asked for"),
    tools: yes(),
    parallelTools: yes(),
    serialTools: byServer("further calls of a turn are dropped"),
    forcedTools: yes(),
    noTools: yes(),
    strictTools: partly("all functions are held to their schemas as soon as one is strict"),
    jsonSchema: yes("as a tool that must be called, beside functions and before Gemini 3"),
    jsonObject: yes(),
    images: yes(),
    toolImages: yes(),
    audio: yes(),
    signedReasoning: yes(),
    effort: yes("as a thinking budget before Gemini 3"),
    summary: ignored("reasoning always comes as a summary"),
    maxOutputTokens: yes(),
    sampling: yes(),
    presencePenalty: yes("refused for Gemini 2.5"),
    frequencyPenalty: yes("refused for Gemini 2.5"),
    stop: yes(),
    seed: yes(),
    serviceTier: ignored(),
    promptCacheKey: ignored(),
    safetyIdentifier: ignored(),
  },
};
