import { byServer, ignored, no, partly, type WireCapabilities } from "#server/providers/shared/capability";

/**
 * What the AI SDK's wires have in common whoever the vendor is: our own `call-options.ts` and `convert-prompt.ts` decide
 * it for all of them.
 */
export const SDK_CELLS = {
  allowedTools: partly("only the allowed tools are sent"),
  customTools: partly("as functions of one text, without their grammar"),
  hostedTools: no(),
  documents: byServer(),
  logprobs: no(),
  logitBias: no(),
  moderation: no(),
  verbosity: ignored(),
  names: ignored(),
} satisfies Partial<WireCapabilities["cells"]>;
