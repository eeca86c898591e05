import { anthropicCapabilities } from "#server/providers/ai-sdk/anthropic-capabilities";
import { googleCapabilities } from "#server/providers/ai-sdk/google-capabilities";
import { ignored, type WireCapabilities, yes } from "#server/providers/shared/capability";

/** Gemini on Google Vertex AI, through `@ai-sdk/google-vertex`: the Gemini API at another address. */
export const vertexCapabilities: WireCapabilities = {
  label: "Google Vertex AI",
  sdk: "@google/genai",
  cells: { ...googleCapabilities.cells, presencePenalty: yes(), frequencyPenalty: yes() },
};

/** Claude on Google Vertex AI, through `@ai-sdk/google-vertex`: Anthropic's Messages API at another address. */
export const vertexClaudeCapabilities: WireCapabilities = {
  label: "Claude on Google Vertex AI",
  sdk: "@anthropic-ai/sdk",
  cells: {
    ...anthropicCapabilities.cells,
    strictTools: ignored(),
    jsonSchema: yes("as a tool that must be called"),
  },
};
