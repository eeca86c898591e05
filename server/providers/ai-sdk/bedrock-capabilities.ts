import { SDK_CELLS } from "#server/providers/ai-sdk/sdk-cells";
import { ignored, no, partly, type WireCapabilities, yes } from "#server/providers/shared/capability";

/** Amazon Bedrock's Converse API, through `@ai-sdk/amazon-bedrock`. */
export const bedrockCapabilities: WireCapabilities = {
  label: "Amazon Bedrock's Converse API",
  sdk: "@aws-sdk/client-bedrock-runtime",
  cells: {
    ...SDK_CELLS,
    streaming: yes(),
    stopReasons: yes(),
    usage: partly("reasoning tokens are not told apart"),
    reasoning: yes("as a summary"),
    tools: yes(),
    parallelTools: yes(),
    serialTools: yes("of Claude; of other models further calls of a turn are dropped"),
    forcedTools: yes("refused where the model allows none"),
    noTools: partly("no tools are sent; calls and results so far are told as text"),
    strictTools: yes("left out for models and schemas that do not take it"),
    jsonSchema: yes("as a tool that must be called, for models without structured output"),
    jsonObject: partly("as a tool that must be called, with an object of any kind"),
    images: yes(),
    toolImages: yes(),
    audio: no(),
    signedReasoning: yes(),
    effort: yes("of Claude, Nova 2 and OpenAI's models; as a thinking budget for models without effort levels"),
    summary: ignored("reasoning always comes as a summary"),
    maxOutputTokens: yes(),
    sampling: partly("temperatures above 1 count as 1; left out where the model takes none"),
    presencePenalty: no(),
    frequencyPenalty: no(),
    stop: yes("refused for OpenAI's models"),
    seed: no(),
    serviceTier: yes(),
    promptCacheKey: ignored(),
    safetyIdentifier: ignored(),
  },
};
