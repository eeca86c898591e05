import type { ModelWire } from "#server/providers/capabilities";
import { anthropic } from "#tests/support/official-sdks/anthropic";
import { bedrock } from "#tests/support/official-sdks/bedrock";
import { cohere } from "#tests/support/official-sdks/cohere";
import { google } from "#tests/support/official-sdks/google";
import { mistral } from "#tests/support/official-sdks/mistral";
import type { OfficialSdk } from "#tests/support/official-sdks/official-sdk";
import { openaiChat, openaiResponses } from "#tests/support/official-sdks/openai";

/**
 * The SDK that proves each wire's recordings; none for a wire whose row names no SDK. Vertex AI answers as the Gemini
 * API and the Messages API do, and its recordings are the same.
 */
export const OFFICIAL_SDKS: Partial<Record<ModelWire, OfficialSdk>> = {
  "openai-responses": openaiResponses,
  "openai-chat": openaiChat,
  anthropic,
  google,
  vertex: google,
  "vertex-claude": anthropic,
  bedrock,
  mistral,
  cohere,
};
