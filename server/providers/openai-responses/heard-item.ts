import type { ModelEvent } from "#server/providers/provider";
import { type JsonObject, stringOf } from "#server/providers/shared/json";

/** One item of an answer, as far as it has been heard. */
export class HeardItem {
  readonly type: string;
  /** Tells it from the others of its answer. */
  readonly key: string;
  /** The server's id; null where it has none. */
  id: string | null;
  done = false;
  /** Of a call: known once its name is. */
  announced = false;
  /** Of a call that waits for its end: the item as it was added. */
  unannounced: JsonObject | null = null;
  /** Of a call: its labels were passed on. */
  labelled = false;
  encrypted: string | null = null;
  #callId: string | null = null;
  /** What was passed on of each of its texts, by the text's name. */
  readonly #said = new Map<string, string>();
  readonly #parts = new Set<number>();
  readonly #annotations = new Map<number, number>();

  constructor(item: JsonObject, key: string) {
    this.type = stringOf(item.type) ?? "";
    this.key = key;
    this.id = stringOf(item.id);
  }

  /** Takes the call's id from wherever the server first tells it. */
  learnCallId(source: JsonObject): void {
    this.#callId ??= stringOf(source.call_id);
  }

  /** The id that ties a call to its result. */
  get callId(): string {
    return this.#callId ?? this.id ?? this.key;
  }

  said(text: string): string {
    return this.#said.get(text) ?? "";
  }

  /** A piece of one of its texts was passed on. */
  note(text: string, piece: string): void {
    this.#said.set(text, this.said(text) + piece);
  }

  /** What of the whole text has not been passed on; nothing when the server now says something else. */
  rest(text: string, whole: unknown): string {
    const said = this.said(text);
    return typeof whole === "string" && whole.startsWith(said) ? whole.slice(said.length) : "";
  }

  /** Begins a part of a message unless it has begun. */
  openPart(index: number, part: "output_text" | "refusal", events: ModelEvent[]): void {
    if (this.#parts.has(index)) return;
    this.#parts.add(index);
    events.push({ type: "part", part });
  }

  /** How many annotations of a part were passed on. */
  annotationsOf(index: number): number {
    return this.#annotations.get(index) ?? 0;
  }

  noteAnnotation(index: number): void {
    this.#annotations.set(index, this.annotationsOf(index) + 1);
  }
}
