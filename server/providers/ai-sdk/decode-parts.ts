import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart, LanguageModelV4Usage } from "@ai-sdk/provider";
import { type SignedBlock, seal } from "#server/providers/ai-sdk/sealed-reasoning";
import type { FinishReason, ModelEvent, ModelUsage } from "#server/providers/provider";
import { numberOf, objectOf } from "#server/providers/shared/json";

type Metadata = Record<string, Record<string, unknown> | undefined> | undefined;

interface OpenReasoning {
  part: number;
  text: string;
  signature: string;
  signer: Signer;
}

/** Under which names the packages tell what is signed, and whose seal it becomes. */
const SIGNERS = [
  { metadata: "anthropic", vendor: "anthropic" },
  { metadata: "amazonBedrock", vendor: "bedrock" },
] as const;
type Signer = (typeof SIGNERS)[number]["vendor"];
/** Gemini's signatures carry from one of Google's two services to the other, as the package has it. */
const GOOGLE = ["google", "googleVertex"] as const;

const REASONS: Record<LanguageModelV4FinishReason["unified"], FinishReason> = {
  stop: "stop",
  length: "max_output_tokens",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "stop",
  interrupted: "stop",
  other: "stop",
};

function toUsage({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): ModelUsage | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  return {
    inputTokens: inputTokens.total ?? 0,
    cachedTokens: inputTokens.cacheRead ?? rawCount(raw, null, "cached_tokens"),
    outputTokens: outputTokens.total ?? 0,
    reasoningTokens: outputTokens.reasoning ?? rawCount(raw, "completion_tokens_details", "reasoning_tokens"),
  };
}

/** No text at all stands for a call without arguments. */
function isJson(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function stringIn(metadata: Metadata, vendor: string, key: string): string {
  const value = metadata?.[vendor]?.[key];
  return typeof value === "string" ? value : "";
}

function thoughtSignatureIn(metadata: Metadata): string {
  return GOOGLE.map((vendor) => stringIn(metadata, vendor, "thoughtSignature")).find((found) => found !== "") ?? "";
}

/** What the raw counts say where a package leaves them out: Cohere's cached tokens, Mistral's reasoning. */
function rawCount(raw: LanguageModelV4Usage["raw"], group: string | null, key: string): number {
  const counts = group === null ? objectOf(raw) : objectOf(objectOf(raw)?.[group]);
  return numberOf(counts?.[key]) ?? 0;
}

export interface DecodeOptions {
  /** True: what the vendor shows of its reasoning is all of it. Else it is a summary. */
  rawReasoning: boolean;
  /** What a package loses of an event of its vendor's stream; called before the event's own parts. Throws its errors. */
  readRaw?: ((value: unknown) => ModelEvent[]) | undefined;
}

/**
 * Turns the AI SDK's stream parts into model events. The signatures that vendors want back with their reasoning travel
 * sealed.
 */
export class PartDecoder {
  private readonly options: DecodeOptions;
  private readonly reasoning = new Map<string, OpenReasoning>();
  private readonly calls = new Map<string, { streamed: boolean }>();
  /** Signed blocks of the reasoning under way: each seal holds all of them, since an item carries one. */
  private blocks: SignedBlock[] = [];
  private parts = 0;
  private finished = false;
  /** Calls that a package called whole though their arguments are no JSON: broken, or cut off as the end will tell. */
  private readonly doubtful: string[] = [];

  constructor(options: DecodeOptions) {
    this.options = options;
  }

  /** True once the vendor has said why it stopped. */
  get complete(): boolean {
    return this.finished;
  }

  push(part: LanguageModelV4StreamPart, events: ModelEvent[]): void {
    switch (part.type) {
      case "text-delta":
        if (part.delta === "") return;
        this.blocks = [];
        events.push({ type: "text", text: part.delta });
        return;
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end":
        this.pushReasoning(part, events);
        return;
      case "tool-input-start":
      case "tool-input-delta":
        this.pushInput(part, events);
        return;
      case "tool-call":
        this.finishCall(part, events);
        return;
      case "response-metadata":
        if (part.modelId) events.push({ type: "model", modelId: part.modelId });
        return;
      case "raw":
        this.pushRaw(part.rawValue, events);
        return;
      case "finish":
        if (!this.finished) this.finish(part.usage, part.finishReason, events);
        return;
      case "error":
        if (!this.finished) throw part.error;
        return;
      default:
    }
  }

  private pushRaw(value: unknown, events: ModelEvent[]): void {
    const read = this.options.readRaw?.(value) ?? [];
    events.push(...read);
    this.finished ||= read.some((event) => event.type === "finish");
  }

  private pushReasoning(
    part: Extract<LanguageModelV4StreamPart, { type: "reasoning-start" | "reasoning-delta" | "reasoning-end" }>,
    events: ModelEvent[],
  ): void {
    const metadata: Metadata = part.providerMetadata;
    const signer = SIGNERS.find((each) => metadata?.[each.metadata]);
    const said = (field: string) => (signer ? stringIn(metadata, signer.metadata, field) : "");
    for (const field of ["redactedData", "redactedContent"] as const) {
      const hidden = said(field);
      if (hidden === "" || !signer) continue;
      this.sealBlock(
        signer.vendor,
        field === "redactedData" ? { redactedData: hidden } : { redactedContent: hidden },
        events,
      );
      return;
    }
    const open = this.openReasoning(part.id);
    open.signature += said("signature");
    open.signer = signer?.vendor ?? open.signer;
    if (part.type === "reasoning-delta" && part.delta !== "") {
      open.text += part.delta;
      events.push(
        this.options.rawReasoning
          ? { type: "reasoning", text: part.delta }
          : { type: "reasoning_summary", text: part.delta, part: open.part },
      );
    }
    const thought = thoughtSignatureIn(metadata);
    if (thought !== "") this.sealGoogle("", { text: open.text, signature: thought }, events);
    if (part.type !== "reasoning-end") return;
    this.reasoning.delete(part.id);
    if (open.signature === "") return;
    this.sealBlock(open.signer, { text: open.text, signature: open.signature }, events);
  }

  private sealBlock(vendor: Signer, block: SignedBlock, events: ModelEvent[]): void {
    this.blocks.push(block);
    const encryptedContent = seal({ vendor, blocks: this.blocks });
    events.push({ type: "reasoning_encrypted", encryptedContent, sealKind: vendor });
  }

  private openReasoning(id: string): OpenReasoning {
    let open = this.reasoning.get(id);
    if (!open) {
      open = { part: this.parts++, text: "", signature: "", signer: "anthropic" };
      this.reasoning.set(id, open);
    }
    return open;
  }

  private sealGoogle(callId: string, sealed: { text: string; signature: string }, events: ModelEvent[]): void {
    const encryptedContent = seal({ vendor: "google", text: sealed.text, signatures: { [callId]: sealed.signature } });
    events.push({ type: "reasoning_encrypted", encryptedContent, sealKind: "google" });
  }

  private startCall(call: { callId: string; name: string; metadata: Metadata }, events: ModelEvent[]): void {
    const signature = thoughtSignatureIn(call.metadata);
    if (signature !== "") this.sealGoogle(call.callId, { text: "", signature }, events);
    this.calls.set(call.callId, { streamed: false });
    this.blocks = [];
    events.push({ type: "tool_call", callId: call.callId, name: call.name });
  }

  private pushInput(
    part: Extract<LanguageModelV4StreamPart, { type: "tool-input-start" | "tool-input-delta" }>,
    events: ModelEvent[],
  ): void {
    if (part.type === "tool-input-start") {
      this.startCall({ callId: part.id, name: part.toolName, metadata: part.providerMetadata }, events);
      return;
    }
    const call = this.calls.get(part.id);
    if (!call || part.delta === "") return;
    call.streamed = true;
    events.push({ type: "tool_call_arguments", callId: part.id, delta: part.delta });
  }

  private finishCall(part: Extract<LanguageModelV4StreamPart, { type: "tool-call" }>, events: ModelEvent[]): void {
    const callId = part.toolCallId;
    if (!this.calls.has(callId))
      this.startCall({ callId, name: part.toolName, metadata: part.providerMetadata }, events);
    if (!this.calls.get(callId)?.streamed)
      events.push({ type: "tool_call_arguments", callId, delta: part.input || "{}" });
    if (isJson(part.input)) events.push({ type: "tool_call_done", callId });
    else this.doubtful.push(callId);
  }

  private finish(usage: LanguageModelV4Usage, reason: LanguageModelV4FinishReason, events: ModelEvent[]): void {
    const counted = toUsage(usage);
    if (counted) events.push({ type: "usage", usage: counted });
    // The packages finish any stream, also one that broke off: only a vendor's own reason says that it was whole.
    if (reason.raw === undefined) return;
    if (reason.unified === "error") throw new Error(`It ended its answer with the reason "${reason.raw}".`);
    this.finished = true;
    if (reason.unified !== "length") {
      for (const callId of this.doubtful) events.push({ type: "tool_call_done", callId });
    }
    events.push({ type: "finish", reason: REASONS[reason.unified] });
  }
}
