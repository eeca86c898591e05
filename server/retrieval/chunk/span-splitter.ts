import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";

/** A half-open range of a text, in UTF-16 units. */
export interface TextSpan {
  start: number;
  end: number;
}

/** A stretch of the text between two places where it may be cut. */
interface Piece {
  length: number;
  tokens: number;
}

/** Longest piece that the last resort (cutting inside a word) makes. */
const MAX_PIECE_CHARS = 32;
/** No script needs more tokens for one UTF-16 unit. */
const MAX_TOKENS_PER_CHAR = 3;
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
  /** Short enough that no piece is as large as a whole span: LangChain would pass it by. */
  readonly #pieceChars: number;

  constructor(options: { maxTokens: number; separators: readonly string[]; countTokens: (text: string) => number }) {
    super({
      chunkSize: options.maxTokens,
      chunkOverlap: 0,
      keepSeparator: true,
      separators: [...options.separators],
      lengthFunction: options.countTokens,
    });
    this.#tokensOf = options.countTokens;
    this.#pieceChars = Math.min(MAX_PIECE_CHARS, Math.floor((options.maxTokens - 1) / MAX_TOKENS_PER_CHAR));
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
    let held: Piece[] = [];
    let tokens = 0;
    for (const split of splits) {
      const piece = { length: split.length, tokens: this.#tokensOf(split) };
      while (held.length > 0 && tokens + piece.tokens > this.chunkSize) {
        held = this.#close(held);
        tokens = sumTokens(held);
      }
      held.push(piece);
      tokens += piece.tokens;
    }
    while (held.length > 0) held = this.#close(held);
    return [];
  }

  /** Makes a span of the pieces at the cursor and gives back those that, joined, are too much after all. */
  #close(pieces: readonly Piece[]): Piece[] {
    const kept = [...pieces];
    const over: Piece[] = [];
    // Joined text can count a token or two more than its pieces do.
    if (sumTokens(kept) + 2 * kept.length > this.chunkSize) {
      while (kept.length > 1 && this.#tokensOf(this.#textAhead(kept)) > this.chunkSize)
        over.unshift(...kept.splice(-1));
    }
    const end = this.#cursor + sumLengths(kept);
    this.#addSpan(this.#cursor, end);
    this.#cursor = end;
    return over;
  }

  #textAhead(pieces: readonly Piece[]): string {
    return this.#text.slice(this.#cursor, this.#cursor + sumLengths(pieces)).trim();
  }

  /** Punctuation stays with the sentence before it; other separators begin the next piece. */
  protected override splitOnSeparator(text: string, separator: string): string[] {
    if (separator === "") return cutAnywhere(text, this.#pieceChars);
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

function sumTokens(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.tokens, 0);
}

function sumLengths(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Short pieces that split no surrogate pair. */
function cutAnywhere(text: string, pieceChars: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + pieceChars, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end--;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** A token counter that answers at once for what it counted lately: words, and pieces the recursion meets again. */
export function rememberCounts(count: (text: string) => number): (text: string) => number {
  let known = new Map<string, number>();
  // What is met again moves over; forgetting all at once would forget what the recursion is about to ask.
  let older = known;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size > MAX_REMEMBERED) [known, older] = [new Map(), known];
    const tokens = older.get(text) ?? count(text);
    known.set(text, tokens);
    return tokens;
  };
}
