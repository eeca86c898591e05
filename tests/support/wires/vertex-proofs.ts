import { expect } from "vitest";
import { textIn } from "#tests/support/model-request";
import { anthropicProofs } from "#tests/support/wires/anthropic-proofs";
import { googleProofs } from "#tests/support/wires/google-proofs";
import type { WireProofs } from "#tests/support/wires/proof";

/** The Gemini API at another address, which takes penalties for Gemini 2.5 too. */
export const vertexProofs: WireProofs = {
  ...googleProofs,
  presencePenalty: { sent: { generationConfig: { presencePenalty: 0.5 } } },
  frequencyPenalty: { sent: { generationConfig: { frequencyPenalty: 0.25 } } },
};

const { strictTools: _, ...rest } = anthropicProofs;

/** Anthropic's Messages API at another address, without structured output. */
export const vertexClaudeProofs: WireProofs = {
  ...rest,
  jsonSchema: {
    sent: {
      tools: [{ name: "json", input_schema: { required: ["answer"] } }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    },
    fixture: "json-tool",
    heard: (events) => expect(JSON.parse(textIn(events))).toEqual({ answer: 4 }),
  },
};
