import { DocumentRefused, type Heading, type PageSpan, type ParsedText } from "#server/retrieval/parse/document";

/** Beyond this no text is kept: about 10 million tokens of English. */
export const MAX_TEXT_CHARS = 40_000_000;

/** The refusal of more text than {@link MAX_TEXT_CHARS}. */
export function textTooLarge(): DocumentRefused {
  return new DocumentRefused(
    "too_large",
    `The file holds more than ${MAX_TEXT_CHARS / 1e6} million characters of text.`,
  );
}

/** Grows a document's text by paragraphs and notes where its headings begin and its pages stand. */
export class TextBuilder {
  readonly headings: Heading[] = [];
  readonly pages: PageSpan[] = [];
  #parts: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds text as it is. Throws DocumentRefused `too_large` beyond {@link MAX_TEXT_CHARS}. */
  append(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > MAX_TEXT_CHARS) throw textTooLarge();
  }

  /** Adds a paragraph, set off by one blank line. */
  block(text: string): void {
    if (text === "") return;
    if (this.#length > 0) this.append("\n\n");
    this.append(text);
  }

  /**
   * Adds a heading as a paragraph of its own, its level from 1. Unless `marked` is false, Markdown's mark (`"## "`) is
   * written before the title and not part of it. A title without a word in it (a footnote mark, a rule) is a plain
   * paragraph.
   */
  heading({ level, title, marked = true }: { level: number; title: string; marked?: boolean }): void {
    if (!/\p{L}|\p{N}{2}/u.test(title)) {
      this.block(title);
      return;
    }
    if (this.#length > 0) this.append("\n\n");
    this.headings.push({ level, title, start: this.#length });
    this.append(marked ? `${"#".repeat(Math.min(level, 6))} ${title}` : title);
  }

  /** Adds a document read before, with its headings; its pages are given up. */
  document(part: Pick<ParsedText, "text" | "headings">): void {
    if (part.text === "") return;
    const start = this.#length > 0 ? this.#length + 2 : 0;
    for (const heading of part.headings) this.headings.push({ ...heading, start: heading.start + start });
    this.block(part.text);
  }

  /** Notes that what was added since the text was `start` long is a page. The blank line before it belongs to none. */
  page(number: number, start: number): void {
    const separator = start > 0 && this.#length > start ? 2 : 0;
    const span: PageSpan = { page: number, start: start + separator, end: this.#length };
    this.pages.push(this.#length > start ? span : { ...span, textless: true });
  }

  /** All that was added. */
  result(): ParsedText {
    return { text: this.toString(), pages: this.pages, headings: this.headings };
  }

  toString(): string {
    return this.#parts.join("");
  }
}
