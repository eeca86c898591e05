/** A block of a model's reasoning: signed text, or what only the model can read (Bedrock has two names for it). */
export type SignedBlock = { text: string; signature: string } | { redactedData: string } | { redactedContent: string };

/** What a vendor signs in its reasoning and wants back unchanged, as it travels in `encryptedContent`. */
export type SealedReasoning =
  | { vendor: "anthropic" | "bedrock"; blocks: SignedBlock[] }
  /** Signatures of tool calls by call id, and of the reasoning itself under the empty id. */
  | { vendor: "google"; text: string; signatures: Record<string, string> };

/** Packs a seal into one opaque string. */
export function seal(reasoning: SealedReasoning): string {
  return Buffer.from(JSON.stringify(reasoning)).toString("base64url");
}

/** The seal in a string that `seal` made, or null for anything else, such as another vendor's. */
export function unseal(text: string | null): SealedReasoning | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return isSealed(value) ? value : null;
  } catch {
    return null;
  }
}

function isBlock(value: unknown): value is SignedBlock {
  if (typeof value !== "object" || value === null) return false;
  if ("redactedData" in value) return typeof value.redactedData === "string";
  if ("redactedContent" in value) return typeof value.redactedContent === "string";
  return (
    "text" in value && typeof value.text === "string" && "signature" in value && typeof value.signature === "string"
  );
}

function isSealed(value: unknown): value is SealedReasoning {
  if (typeof value !== "object" || value === null || !("vendor" in value)) return false;
  if (value.vendor === "anthropic" || value.vendor === "bedrock")
    return "blocks" in value && Array.isArray(value.blocks) && value.blocks.every(isBlock);
  if (value.vendor !== "google" || !("text" in value) || typeof value.text !== "string") return false;
  if (!("signatures" in value) || typeof value.signatures !== "object" || value.signatures === null) return false;
  return Object.values(value.signatures).every((signature) => typeof signature === "string");
}
