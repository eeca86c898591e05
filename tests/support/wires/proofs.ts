import type { ModelWire } from "#server/providers/capabilities";
import { anthropicProofs } from "#tests/support/wires/anthropic-proofs";
import { bedrockProofs } from "#tests/support/wires/bedrock-proofs";
import { cohereProofs } from "#tests/support/wires/cohere-proofs";
import { googleProofs } from "#tests/support/wires/google-proofs";
import { mistralProofs } from "#tests/support/wires/mistral-proofs";
import { chatProofs } from "#tests/support/wires/openai-chat-proofs";
import { responsesProofs } from "#tests/support/wires/openai-responses-proofs";
import type { WireProofs } from "#tests/support/wires/proof";
import { vertexClaudeProofs, vertexProofs } from "#tests/support/wires/vertex-proofs";

/** How each wire of the capability table shows what it says. */
export const WIRE_PROOFS: Record<ModelWire, WireProofs> = {
  "openai-responses": responsesProofs,
  "openai-chat": chatProofs,
  anthropic: anthropicProofs,
  google: googleProofs,
  vertex: vertexProofs,
  "vertex-claude": vertexClaudeProofs,
  bedrock: bedrockProofs,
  mistral: mistralProofs,
  cohere: cohereProofs,
};
