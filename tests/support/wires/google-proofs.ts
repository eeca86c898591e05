import type { Content, FunctionCallingConfigMode, GenerationConfig, Tool } from "@google/genai";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

/** The body of `generateContent`, of the SDK's own types: on the wire they have the same names. */
interface Body {
  contents?: Content[];
  generationConfig?: GenerationConfig;
  tools?: Tool[];
  toolConfig?: { functionCallingConfig: { mode: `${FunctionCallingConfigMode}`; allowedFunctionNames?: string[] } };
}
// Calls have ids at the Gemini API and none at Vertex AI, where these proofs hold too.
const sent = (body: Body): { sent: Body } => ({ sent: body });
const image = { inlineData: { mimeType: "image/png", data: PIXEL } };
const functions = sent({
  tools: [
    {
      functionDeclarations: ["get_weather", "get_time"].map((name) => ({
        name,
        parametersJsonSchema: expect.objectContaining({ type: "object" }),
      })),
    },
  ],
});

export const googleProofs: WireProofs = {
  streaming: {},
  stopReasons: {},
  usage: {},
  reasoning: sent({ generationConfig: { thinkingConfig: { thinkingBudget: 6554, includeThoughts: true } } }),
  tools: functions,
  parallelTools: functions,
  forcedTools: sent({ toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["get_weather"] } } }),
  noTools: sent({ toolConfig: { functionCallingConfig: { mode: "NONE" } } }),
  allowedTools: sent({ tools: [{ functionDeclarations: [expect.objectContaining({ name: "get_weather" })] }] }),
  strictTools: sent({ toolConfig: { functionCallingConfig: { mode: "VALIDATED" } } }),
  customTools: sent({
    tools: [{ functionDeclarations: [{ name: "run_code", parametersJsonSchema: { required: ["input"] } }] }],
  }),
  jsonSchema: sent({
    generationConfig: { responseMimeType: "application/json", responseJsonSchema: { required: ["answer"] } },
  }),
  jsonObject: sent({ generationConfig: { responseMimeType: "application/json" } }),
  images: sent({ contents: [{ role: "user", parts: [{ text: "What?" }, image] }] }),
  toolImages: sent({
    contents: [
      expect.objectContaining({ role: "user" }),
      { role: "model", parts: [{ functionCall: { name: "get_weather", args: { city: "Paris" } } }] },
      {
        role: "user",
        parts: expect.arrayContaining([{ functionResponse: expect.objectContaining({ name: "get_weather" }) }, image]),
      },
    ],
  }),
  audio: sent({ contents: [{ role: "user", parts: [{ inlineData: { mimeType: "audio/wav", data: "UklGRg==" } }] }] }),
  signedReasoning: {
    ...sent({
      contents: [
        expect.objectContaining({ role: "user" }),
        {
          role: "model",
          parts: [
            {
              functionCall: { name: "get_weather", args: { city: "Paris" } },
              thoughtSignature: "c2lnbmF0dXJl",
            },
          ],
        },
        expect.objectContaining({ role: "user" }),
      ],
    }),
    fixture: "parallel-tools",
  },
  effort: sent({ generationConfig: { thinkingConfig: { thinkingBudget: 24_576, includeThoughts: true } } }),
  maxOutputTokens: sent({ generationConfig: { maxOutputTokens: 16 } }),
  sampling: sent({ generationConfig: { temperature: 0.25, topP: 0.5 } }),
  presencePenalty: { ...sent({ generationConfig: { presencePenalty: 0.5 } }), modelId: "gemini-3-pro-preview" },
  frequencyPenalty: { ...sent({ generationConfig: { frequencyPenalty: 0.25 } }), modelId: "gemini-3-pro-preview" },
  stop: sent({ generationConfig: { stopSequences: ["END"] } }),
  seed: sent({ generationConfig: { seed: 7 } }),
};
