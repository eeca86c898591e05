/** A piece of what the model wrote: text for the reader, or the place of a citation marker. */
export type Segment = { type: "text"; text: string } | { type: "marker"; marker: string };

const OPEN = "【";
/** `【3】`, and the forms with a source that some models write by habit: `【3:1†notes.md】`. */
const MARKER = /【(\d{1,6})(?:[:†][^】\n]{0,64})?】/y;
const PARTIAL_MARKER = /【(?:\d{0,6}|\d{1,6}[:†][^】\n]{0,64})$/y;
const ENDS_STATEMENT = /^[\s.,;:!?)\]}…。，、；：！？）]/;
const TRAILING_SPACES = / +$/;

/**
 * Takes citation markers out of a text that arrives in pieces. What could still become a marker is held back, with the
 * spaces before it: they go when the text ends or punctuation follows, and stay between words.
 */
export class CitationScanner {
  #held = "";
  /** Spaces that stood before the last marker, while nothing has followed it yet; null elsewhere. */
  #gap: string | null = null;

  /** The segments that are certain after this piece. */
  push(piece: string): Segment[] {
    const buffer = this.#held + piece;
    this.#held = "";
    const segments: Segment[] = [];
    let from = 0;
    let open = buffer.indexOf(OPEN);
    while (open >= 0) {
      MARKER.lastIndex = open;
      const match = MARKER.exec(buffer);
      if (match) {
        const text = buffer.slice(from, open);
        const said = text.replace(TRAILING_SPACES, "");
        this.#say(said, segments);
        this.#gap = (this.#gap ?? "") || text.slice(said.length);
        segments.push({ type: "marker", marker: `【${match[1]}】` });
        from = MARKER.lastIndex;
        open = buffer.indexOf(OPEN, from);
        continue;
      }
      PARTIAL_MARKER.lastIndex = open;
      if (PARTIAL_MARKER.test(buffer)) break;
      open = buffer.indexOf(OPEN, open + 1);
    }
    const rest = open < 0 ? buffer.slice(from) : buffer.slice(from, open);
    const said = rest.replace(TRAILING_SPACES, "");
    this.#say(said, segments);
    this.#held = buffer.slice(from + said.length);
    return segments;
  }

  /** What was held back, now that no more comes. */
  flush(): Segment[] {
    const segments: Segment[] = [];
    const held = this.#held;
    this.#held = "";
    if (held.trim() !== "" || this.#gap === null) this.#say(held, segments);
    this.#gap = null;
    return segments;
  }

  #say(text: string, segments: Segment[]): void {
    if (text === "") return;
    const gap = this.#gap;
    this.#gap = null;
    segments.push({ type: "text", text: gap && !ENDS_STATEMENT.test(text) ? gap + text : text });
  }
}
