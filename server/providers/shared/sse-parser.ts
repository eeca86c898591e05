const LINE_FEED = 0x0a;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Cuts server-sent events out of byte chunks and hands out their data, whole events only. Keeps to bytes until a line
 * is complete, so no character is ever cut. Comments, `event`, `id` and `retry` lines carry nothing that we read.
 */
export class SseParser {
  private rest: Buffer | null = null;
  private data: string | null = null;

  /** The data of all events that end in this chunk. Throws RangeError for a line without end. */
  push(chunk: Buffer): string[] {
    const bytes = this.rest === null ? chunk : Buffer.concat([this.rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED);
    if (end < 0) {
      if (bytes.length > MAX_LINE_BYTES) throw new RangeError("A line of the stream has no end.");
      this.rest = bytes;
      return [];
    }
    this.rest = end + 1 === bytes.length ? null : bytes.subarray(end + 1);
    return this.readLines(bytes.toString("utf8", 0, end));
  }

  /** The data of an event that the end of the stream cut short of its blank line. */
  finish(): string[] {
    const events = this.rest === null ? [] : this.readLines(this.rest.toString("utf8"));
    this.rest = null;
    if (this.data !== null) events.push(this.data);
    this.data = null;
    return events;
  }

  private readLines(text: string): string[] {
    const events: string[] = [];
    let start = 0;
    while (start <= text.length) {
      let end = text.indexOf("\n", start);
      if (end < 0) end = text.length;
      const last = text.charCodeAt(end - 1) === 0x0d && end > start ? end - 1 : end;
      if (last === start) {
        if (this.data !== null) events.push(this.data);
        this.data = null;
      } else if (text.startsWith("data:", start)) {
        const value = text.slice(text.charCodeAt(start + 5) === 0x20 ? start + 6 : start + 5, last);
        this.data = this.data === null ? value : `${this.data}\n${value}`;
        if (this.data.length > MAX_LINE_BYTES) throw new RangeError("An event of the stream has no end.");
      }
      start = end + 1;
    }
    return events;
  }
}
