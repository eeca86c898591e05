import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";

/** A half-open range of a text, in UTF-16 units. */
export interface TextSpan {
  start: number;
  end: number;
}

/** Longest piece that the last resort (cutting inside a word) makes: at most 96 tokens in any script. */
const PIECE_CHARS = 32;
const PUNCTUATION = /^[.?!;:。！？；]/;
const MAX_REMEMBERED = 20_000;

/**
 * LangChain's recursive splitter, giving spans instead of strings: it cuts a text at the coarsest separator that
 * helps, and this class joins the pieces again up to `maxTokens` while it counts where they stand. So a span never
 * has to be searched for, which in a text of repeated paragraphs finds the wrong one.
 */
export class SpanSplitter extends RecursiveCharacterTextSplitter {
  #spans: TextSpan[] = [];
  #cursor = 0;
  #text = "";
  readonly #tokensOf: (text: string) => number;

  constructor(options: { maxTokens: number; separators: readonly string[]; countTokens: (text: string) => number }) {
    super({
      chunkSize: options.maxTokens,
      chunkOverlap: 0,
      keepSeparator: true,
      separators: [...options.separators],
      lengthFunction: options.countTokens,
    });
    this.#tokensOf = options.countTokens;
  }

  /** Consecutive spans of at most `maxTokens` tokens, without the white space around them; they cover all the rest. */
  async splitSpans(text: string): Promise<TextSpan[]> {
    this.#spans = [];
    this.#cursor = 0;
    this.#text = text;
    await this.splitText(text);
    if (this.#cursor !== text.length)
      throw new Error(`The splitter passed over text: ${this.#cursor} of ${text.length}.`);
    return this.#spans;
  }

  /** Called by LangChain with consecutive pieces of the text, in order, none left out. */
  override async mergeSplits(splits: string[]): Promise<string[]> {
    let start = this.#cursor;
    let tokens = 0;
    for (const split of splits) {
      const length = this.#tokensOf(split);
      if (tokens + length > this.chunkSize && this.#cursor > start) {
        this.#addSpan(start, this.#cursor);
        start = this.#cursor;
        tokens = 0;
      }
      this.#cursor += split.length;
      tokens += length;
    }
    this.#addSpan(start, this.#cursor);
    return [];
  }

  /** Punctuation stays with the sentence before it; other separators begin the next piece. */
  protected override splitOnSeparator(text: string, separator: string): string[] {
    if (separator === "") return cutAnywhere(text);
    const literal = separator.replace(/[/\-\\^$*+?.()|[\]{}]/g, "\\$&");
    const cut = PUNCTUATION.test(separator) ? `(?<=${literal})` : `(?=${literal})`;
    return text.split(new RegExp(cut)).filter((piece) => piece !== "");
  }

  #addSpan(start: number, end: number): void {
    const slice = this.#text.slice(start, end);
    const lead = slice.length - slice.trimStart().length;
    if (lead === slice.length) return;
    this.#spans.push({ start: start + lead, end: start + slice.trimEnd().length });
  }
}

/** Short pieces that split no surrogate pair. */
function cutAnywhere(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + PIECE_CHARS, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end--;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** A token counter that answers at once for what it counted before: words, and pieces the recursion meets again. */
export function rememberCounts(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size > MAX_REMEMBERED) known.clear();
    const tokens = count(text);
    known.set(text, tokens);
    return tokens;
  };
}
