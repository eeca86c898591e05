import { anthropicCapabilities } from "#server/providers/ai-sdk/anthropic-capabilities";
import { bedrockCapabilities } from "#server/providers/ai-sdk/bedrock-capabilities";
import { cohereCapabilities } from "#server/providers/ai-sdk/cohere-capabilities";
import { googleCapabilities } from "#server/providers/ai-sdk/google-capabilities";
import { mistralCapabilities } from "#server/providers/ai-sdk/mistral-capabilities";
import { vertexCapabilities, vertexClaudeCapabilities } from "#server/providers/ai-sdk/vertex-capabilities";
import { chatCapabilities } from "#server/providers/openai-compatible/capabilities";
import { responsesCapabilities } from "#server/providers/openai-responses/capabilities";
import type { WireCapabilities } from "#server/providers/shared/capability";

/**
 * Every wire by which a language model is asked, in the order of the published table. How to add one stands in
 * `server/providers/shared/capability.ts`.
 */
export const WIRE_CAPABILITIES = {
  "openai-responses": responsesCapabilities,
  "openai-chat": chatCapabilities,
  anthropic: anthropicCapabilities,
  google: googleCapabilities,
  vertex: vertexCapabilities,
  "vertex-claude": vertexClaudeCapabilities,
  bedrock: bedrockCapabilities,
  mistral: mistralCapabilities,
  cohere: cohereCapabilities,
} satisfies Record<string, WireCapabilities>;

export type ModelWire = keyof typeof WIRE_CAPABILITIES;
