/**
 * What a request can ask of a language model and what an answer can carry, and how each vendor wire stands to it.
 *
 * A wire states it in one `WireCapabilities` beside its adapter, listed in `server/providers/capabilities.ts`. To add one:
 * 1. Write `<wire>-capabilities.ts` beside the adapter: one cell for every capability (the types miss none), by
 *    `yes`, `partly`, `byServer`, `ignored` or `no`; look up in the package's sources what it sends and what it drops.
 *    Of an AI SDK package begin with `SDK_CELLS`, which holds what our own code decides for all of them.
 * 2. Give it to the adapter: `capabilities` of an `SdkVendor`, else `holdTo(row, connection, model)`. From then on
 *    everything that the row says `no` to is refused before the vendor is asked.
 * 3. Add it to `WIRE_CAPABILITIES` in `server/providers/capabilities.ts`, its recordings to
 *    `tests/support/vendor-wires.ts`, its proofs to `tests/support/wires/proofs.ts` and its official SDK to
 *    `tests/support/official-sdks/`: a cell without a proof fails `server/providers/capabilities.test.ts`.
 * 4. Regenerate the table in `docs/providers.md`: `node server/commands/make-provider-table.ts`.
 */

interface AnswerCapability {
  label: string;
  /** Something that answers carry; nothing in a request asks for it alone. */
  kind: "answer";
}

interface FieldCapability {
  label: string;
  /**
   * `demand`: without it the answer would mean something else, so a wire that lacks it refuses.
   * `hint`: the answer means the same without it, so a wire that lacks it leaves it out.
   */
  kind: "demand" | "hint";
  /** The field of a request to `/v1/responses`, or of chat completions where only they have it. */
  param: string;
}

/** Every capability, in the order of the published table. */
export const CAPABILITIES = {
  streaming: { label: "Streaming", kind: "answer" },
  stopReasons: { label: "Stop reasons", kind: "answer" },
  usage: { label: "Usage with cached and reasoning tokens", kind: "answer" },
  reasoning: { label: "Reasoning shown", kind: "answer" },
  tools: { label: "Functions", kind: "demand", param: "tools" },
  parallelTools: { label: "Parallel calls", kind: "answer" },
  serialTools: { label: "`parallel_tool_calls: false`", kind: "demand", param: "parallel_tool_calls" },
  forcedTools: { label: "`tool_choice`: `required` or one tool", kind: "demand", param: "tool_choice" },
  noTools: { label: "`tool_choice: none`", kind: "demand", param: "tool_choice" },
  allowedTools: { label: "`tool_choice`: `allowed_tools`", kind: "demand", param: "tool_choice" },
  strictTools: { label: "`strict` functions", kind: "hint", param: "tools" },
  customTools: { label: "Custom tools", kind: "demand", param: "tools" },
  hostedTools: { label: "Tools that the vendor runs", kind: "demand", param: "tools" },
  jsonSchema: { label: "`json_schema` output", kind: "demand", param: "text.format" },
  jsonObject: { label: "`json_object` output", kind: "demand", param: "text.format" },
  images: { label: "Images", kind: "demand", param: "input" },
  toolImages: { label: "Images in tool results", kind: "demand", param: "input" },
  documents: { label: "PDF and other documents", kind: "demand", param: "input" },
  audio: { label: "Audio", kind: "demand", param: "input" },
  signedReasoning: { label: "Encrypted reasoning, given back", kind: "hint", param: "include" },
  effort: { label: "`reasoning.effort`", kind: "hint", param: "reasoning.effort" },
  summary: { label: "`reasoning.summary`", kind: "hint", param: "reasoning.summary" },
  maxOutputTokens: { label: "`max_output_tokens`", kind: "demand", param: "max_output_tokens" },
  sampling: { label: "`temperature`, `top_p`", kind: "hint", param: "temperature" },
  presencePenalty: { label: "`presence_penalty`", kind: "demand", param: "presence_penalty" },
  frequencyPenalty: { label: "`frequency_penalty`", kind: "demand", param: "frequency_penalty" },
  stop: { label: "`stop`", kind: "demand", param: "stop" },
  seed: { label: "`seed`", kind: "demand", param: "seed" },
  logprobs: { label: "Log probabilities", kind: "demand", param: "include" },
  logitBias: { label: "`logit_bias`", kind: "demand", param: "logit_bias" },
  moderation: { label: "`moderation`", kind: "demand", param: "moderation" },
  verbosity: { label: "`text.verbosity`", kind: "hint", param: "text.verbosity" },
  serviceTier: { label: "`service_tier`", kind: "hint", param: "service_tier" },
  promptCacheKey: { label: "`prompt_cache_key`", kind: "hint", param: "prompt_cache_key" },
  safetyIdentifier: { label: "`safety_identifier`", kind: "hint", param: "safety_identifier" },
  names: { label: "Names of speakers", kind: "hint", param: "input" },
} as const satisfies Record<string, AnswerCapability | FieldCapability>;

export type Capability = keyof typeof CAPABILITIES;

/** How a wire stands to one capability. */
export interface Cell {
  /**
   * `yes`: in the vendor's own form. `partly`: the same with a difference that `note` tells. `server`: this server does
   * it, whoever the vendor is. `ignored`: a hint that is left out. `no`: refused (400), or not to be had in an answer.
   */
  support: "yes" | "partly" | "server" | "ignored" | "no";
  note?: string;
  /** Why the vendor's official SDK cannot prove it, as in `{ ...yes(), unproven: "…" }`; absent: it does. */
  unproven?: string;
}

export interface WireCapabilities {
  /** The wire as errors and the table name it. */
  label: string;
  /** The vendor's official SDK on npm, which proves the cells; null: there is none to be had. */
  sdk: string | null;
  cells: Record<Capability, Cell>;
}

/** In the vendor's own form. */
export function yes(note?: string): Cell {
  return { support: "yes", ...(note === undefined ? {} : { note }) };
}

/** Not quite the same: `note` tells the difference. */
export function partly(note: string): Cell {
  return { support: "partly", note };
}

/** Done by this server for every vendor. */
export function byServer(note?: string): Cell {
  return { support: "server", ...(note === undefined ? {} : { note }) };
}

/** A hint that the wire has no place for: left out. */
export function ignored(note?: string): Cell {
  return { support: "ignored", ...(note === undefined ? {} : { note }) };
}

/** The wire has nothing of the kind. */
export function no(note?: string): Cell {
  return { support: "no", ...(note === undefined ? {} : { note }) };
}
