/** What a vendor signs in its reasoning and wants back unchanged, as it travels in `encryptedContent`. */
export type SealedReasoning =
  | { vendor: "anthropic"; text: string; signature: string }
  | { vendor: "anthropic"; redactedData: string }
  /** Signatures of tool calls by call id, and of reasoning itself under the empty id. */
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

function isSealed(value: unknown): value is SealedReasoning {
  if (typeof value !== "object" || value === null || !("vendor" in value)) return false;
  if (value.vendor === "google")
    return "signatures" in value && typeof value.signatures === "object" && value.signatures !== null;
  if (value.vendor !== "anthropic") return false;
  const isSigned =
    "signature" in value && typeof value.signature === "string" && "text" in value && typeof value.text === "string";
  return isSigned || ("redactedData" in value && typeof value.redactedData === "string");
}
