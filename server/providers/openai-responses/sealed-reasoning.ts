import type { EncryptedReasoning } from "#server/providers/provider";
import { objectOf, stringOf } from "#server/providers/shared/json";

const KIND = "openai-responses";

/** Encrypted reasoning of a server that speaks the Responses API. The id must go back with it. */
export interface ServerReasoning {
  host: string;
  id: string;
  content: string;
}

/** Packs encrypted reasoning into one opaque string. */
export function pack({ host, id, content }: ServerReasoning): EncryptedReasoning {
  return { encryptedContent: JSON.stringify({ kind: KIND, host, id, content }), sealKind: KIND };
}

/** What {@link pack} packed for this server; null for anything else, such as another vendor's. */
export function unpack(text: string | null, host: string): ServerReasoning | null {
  if (text === null) return null;
  try {
    const packed = objectOf(JSON.parse(text));
    const id = stringOf(packed?.id);
    const content = stringOf(packed?.content);
    const isOurs = packed?.kind === KIND && packed.host === host;
    return isOurs && id !== null && content !== null ? { host, id, content } : null;
  } catch {
    return null;
  }
}
