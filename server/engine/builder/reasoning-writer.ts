import type { EventSink } from "#server/engine/builder/event-sink";
import type { ItemWriter } from "#server/engine/builder/item-writer";
import { newId } from "#server/ids";
import type { ReasoningTextPart, SummaryTextPart } from "#server/protocol/content";
import type { ResponseEvent } from "#server/protocol/events";
import type { ItemStatus, ReasoningItem } from "#server/protocol/items";
import { unfoldItem } from "#server/protocol/unfold";
import type { ModelInput } from "#server/providers/provider";

/** The vendor's opaque form of its reasoning: for itself, and as clients see it. */
export interface Encrypted {
  plain: string;
  sealed: string;
}

/** Writes a reasoning item: raw text parts, summary parts, and the vendor's opaque form. */
export class ReasoningWriter implements ItemWriter {
  readonly outputIndex: number;
  readonly #id = newId("reasoning");
  readonly #sink: EventSink;
  readonly #raw: ReasoningTextPart[] = [];
  readonly #summary: SummaryTextPart[] = [];
  /** Raw reasoning that is shown as summary, for the model's own eyes. */
  readonly #shownRaw: string[] = [];
  /** What the item carries from its beginning. */
  readonly #opening: Pick<ReasoningItem, "encrypted_content">;
  #encrypted: Encrypted | null = null;
  #openRaw: string[] | null = null;
  #openSummary: string[] | null = null;
  #summaryKey: number | "raw" | null = null;

  constructor(sink: EventSink, outputIndex: number, encrypted: Encrypted | null) {
    this.#sink = sink;
    this.outputIndex = outputIndex;
    this.#encrypted = encrypted;
    this.#opening = encrypted === null ? {} : { encrypted_content: encrypted.sealed };
    sink.push({ type: "response.output_item.added", output_index: outputIndex, item: this.#item(this.#opening) });
  }

  raw(delta: string): void {
    this.#closeSummary();
    const place = { item_id: this.#id, output_index: this.outputIndex, content_index: this.#raw.length };
    if (!this.#openRaw) {
      this.#openRaw = [];
      this.#sink.push({
        type: "response.content_part.added",
        ...place,
        part: { type: "reasoning_text", text: "" },
      });
    }
    this.#openRaw.push(delta);
    this.#sink.push({ type: "response.reasoning_text.delta", ...place, delta });
  }

  /** Raw reasoning for a caller that asked for summaries: every client shows those, few show raw reasoning. */
  rawAsSummary(delta: string): void {
    this.#shownRaw.push(delta);
    this.summary(delta, "raw");
  }

  /** `key` begins a new part whenever it differs from the last one's. */
  summary(delta: string, key: number | "raw"): void {
    this.#closeRaw();
    if (this.#summaryKey !== key) this.#closeSummary();
    const place = { item_id: this.#id, output_index: this.outputIndex, summary_index: this.#summary.length };
    if (!this.#openSummary) {
      this.#openSummary = [];
      this.#summaryKey = key;
      this.#sink.push({
        type: "response.reasoning_summary_part.added",
        ...place,
        part: { type: "summary_text", text: "" },
      });
    }
    this.#openSummary.push(delta);
    this.#sink.push({ type: "response.reasoning_summary_text.delta", ...place, delta });
  }

  encrypted(content: Encrypted): void {
    this.#encrypted = content;
  }

  close(status: ItemStatus): ReasoningItem {
    this.#closeRaw();
    this.#closeSummary();
    const item: ReasoningItem = { type: "reasoning", id: this.#id, status, summary: this.#summary };
    if (this.#raw.length > 0) item.content = this.#raw;
    if (this.#encrypted !== null) item.encrypted_content = this.#encrypted.sealed;
    this.#sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }

  replay(): ResponseEvent[] {
    const events: ResponseEvent[] = [];
    events.push({
      type: "response.output_item.added",
      output_index: this.outputIndex,
      item: this.#item(this.#opening),
    });
    const raw = this.#openRaw && [...this.#raw, { type: "reasoning_text" as const, text: this.#openRaw.join("") }];
    const summary = this.#openSummary && [
      ...this.#summary,
      { type: "summary_text" as const, text: this.#openSummary.join("") },
    ];
    // Raw text is told before summaries, so an open raw part is told apart, as the last.
    if (!raw && this.#raw.length > 0) unfoldItem(this.#item({ content: this.#raw }), this.outputIndex, events);
    unfoldItem(this.#item({ summary: summary ?? this.#summary }), this.outputIndex, events);
    if (raw) unfoldItem(this.#item({ content: raw }), this.outputIndex, events);
    // The last two close the open part: its text and the part itself.
    return raw || summary ? events.slice(0, -2) : events;
  }

  transcript(): ModelInput {
    const raw = this.#raw.map((part) => part.text).join("");
    const summary = this.#shownRaw.length > 0 ? [] : this.#summary.map((part) => part.text);
    return {
      type: "reasoning",
      text: raw || this.#shownRaw.join(""),
      summary,
      encryptedContent: this.#encrypted?.plain ?? null,
    };
  }

  #item(parts: Partial<Pick<ReasoningItem, "content" | "summary" | "encrypted_content">>): ReasoningItem {
    return { type: "reasoning", id: this.#id, status: "in_progress", summary: [], ...parts };
  }

  #closeRaw(): void {
    const open = this.#openRaw;
    if (!open) return;
    this.#openRaw = null;
    const place = { item_id: this.#id, output_index: this.outputIndex, content_index: this.#raw.length };
    const part: ReasoningTextPart = { type: "reasoning_text", text: open.join("") };
    this.#sink.push({ type: "response.reasoning_text.done", ...place, text: part.text });
    this.#sink.push({ type: "response.content_part.done", ...place, part });
    this.#raw.push(part);
  }

  #closeSummary(): void {
    const open = this.#openSummary;
    if (!open) return;
    this.#openSummary = null;
    this.#summaryKey = null;
    const place = { item_id: this.#id, output_index: this.outputIndex, summary_index: this.#summary.length };
    const part: SummaryTextPart = { type: "summary_text", text: open.join("") };
    this.#sink.push({ type: "response.reasoning_summary_text.done", ...place, text: part.text });
    this.#sink.push({ type: "response.reasoning_summary_part.done", ...place, part });
    this.#summary.push(part);
  }
}
