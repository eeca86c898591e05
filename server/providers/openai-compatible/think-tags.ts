import type { ModelEvent } from "#server/providers/provider";

const OPEN = "<think>";
const CLOSE = "</think>";

/** The length of the longest end of `text` that `tag` may go on from. */
function heldBack(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}

/**
 * Tells a `<think>…</think>` at the very start of a text from the text itself, over delta bounds.
 * Nothing is held back once it is known that there is no such block.
 */
export class ThinkTags {
  private phase: "start" | "inside" | "gap" | "after" = "start";
  private pending = "";

  /** True when text passes through unchanged from here on. */
  get passes(): boolean {
    return this.phase === "after";
  }

  push(text: string, events: ModelEvent[]): void {
    this.pending += text;
    if (this.phase === "start") this.decide();
    if (this.phase === "inside") this.readInside(events);
    if (this.phase === "gap") {
      this.pending = this.pending.trimStart();
      if (this.pending !== "") this.phase = "after";
    }
    if (this.phase === "after") this.flush("text", events);
  }

  /** What is still held back, at the end of the text. */
  finish(events: ModelEvent[]): void {
    if (this.phase !== "gap") this.flush(this.phase === "inside" ? "reasoning" : "text", events);
    this.phase = "after";
  }

  private decide(): void {
    const begun = this.pending.trimStart();
    if (begun.startsWith(OPEN)) {
      this.phase = "inside";
      this.pending = begun.slice(OPEN.length).trimStart();
    } else if (!OPEN.startsWith(begun)) {
      this.phase = "after";
    }
  }

  private readInside(events: ModelEvent[]): void {
    const end = this.pending.indexOf(CLOSE);
    const safe = end >= 0 ? end : this.pending.length - heldBack(this.pending, CLOSE);
    const thought = this.pending.slice(0, safe);
    if (thought !== "") events.push({ type: "reasoning", text: thought });
    this.pending = this.pending.slice(end >= 0 ? end + CLOSE.length : safe);
    if (end >= 0) this.phase = "gap";
  }

  private flush(type: "text" | "reasoning", events: ModelEvent[]): void {
    if (this.pending !== "") events.push({ type, text: this.pending });
    this.pending = "";
  }
}
