import type { ChatChunk } from "#server/providers/openai-compatible/chat-chunk";

const KEYS = ['"content":"', '"content": "'];
/** Text that every serializer writes the same way. */
const PLAIN = /^[A-Za-z0-9 .,]+$/;
/** A server whose chunks differ otherwise too is not tried for long. */
const MAX_MISSES = 8;

/** The text of a chunk that says nothing but one piece of text, or null. */
function onlyText(chunk: ChatChunk): string | null {
  const choice = chunk.choices?.length === 1 ? chunk.choices[0] : undefined;
  const { content, ...rest } = choice?.delta ?? {};
  if (!choice || choice.finish_reason || choice.logprobs || chunk.usage || chunk.x_groq || chunk.error) return null;
  const alone = Object.values(rest).every((value) => value === null || value === undefined || value === "assistant");
  return alone && typeof content === "string" ? content : null;
}

/**
 * Most chunks of a stream equal each other but for their piece of text. Once one is known, the text of the next is cut
 * out between its beginning and its end; that says the same as parsing it, at a tenth of the cost.
 */
export class DeltaTemplate {
  private before = "";
  private after = "";
  private misses = 0;

  /** The text of a chunk that differs from the known one in nothing else, or null: parse it. */
  match(data: string): string | null {
    const { before, after } = this;
    if (before === "" || data.length < before.length + after.length) return null;
    if (!data.startsWith(before) || !data.endsWith(after)) return null;
    const text = data.slice(before.length, data.length - after.length);
    if (text.includes("\\")) return readEscaped(text);
    return text.includes('"') ? null : text;
  }

  /** Takes a parsed chunk for the pattern of those to come. */
  learn(data: string, chunk: ChatChunk): void {
    if (this.misses >= MAX_MISSES) return;
    const text = onlyText(chunk);
    if (text === null || !PLAIN.test(text)) return;
    for (const key of KEYS) {
      const literal = `${key}${text}"`;
      const at = data.indexOf(literal);
      if (at < 0 || at !== data.lastIndexOf(literal)) continue;
      if (this.before !== "") this.misses += 1;
      this.before = data.slice(0, at + key.length);
      this.after = data.slice(at + literal.length - 1);
      return;
    }
  }
}

/** The text of a JSON string's inside; null when it is none, for a quote in it is no quote of its own. */
function readEscaped(inside: string): string | null {
  try {
    const text: unknown = JSON.parse(`"${inside}"`);
    return typeof text === "string" ? text : null;
  } catch {
    return null;
  }
}
