import type { EventSink } from "#server/engine/builder/event-sink";
import { HostedCallWriter } from "#server/engine/builder/hosted-call-writer";
import type { OutputItems } from "#server/engine/builder/output-items";
import { ReasoningWriter } from "#server/engine/builder/reasoning-writer";
import { sumUsage } from "#server/engine/builder/usage";
import type { FileSearchResult } from "#server/protocol/items";
import type { ModelUsage } from "#server/providers/provider";
import { FILE_SEARCH_CALL, type ShownSearch, type Stage } from "#server/tools/tool";

/** Writes what tools show of their work as items of their own, in the order in which it happens. */
export class ToolStage implements Stage {
  readonly #sink: EventSink;
  readonly #items: OutputItems;
  readonly #open = new Set<HostedCallWriter>();
  #ended = false;
  #news = Promise.withResolvers<void>();
  #spent: ModelUsage | null = null;

  constructor(sink: EventSink, items: OutputItems) {
    this.#sink = sink;
    this.#items = items;
  }

  /** Tokens of the model calls that tools have made; null when there were none. */
  get spent(): ModelUsage | null {
    return this.#spent;
  }

  /** Resolves when something is shown the next time. */
  news(): Promise<void> {
    return this.#news.promise;
  }

  /** A search that begins. What comes after the response's end is shown no more. */
  search(queries: string[]): ShownSearch {
    if (this.#ended) return { done: () => undefined, failed: () => undefined };
    const writer = new HostedCallWriter(this.#sink, this.#items.nextIndex(), FILE_SEARCH_CALL);
    this.#open.add(writer);
    writer.start({ queries });
    this.tell();
    return {
      done: (results: FileSearchResult[]) => this.#close(writer, "completed", { results }),
      failed: () => this.#close(writer, "failed", {}),
    };
  }

  /** A whole thought, as the summary of a reasoning item. */
  thought(text: string): void {
    if (this.#ended) return;
    const writer = new ReasoningWriter(this.#sink, this.#items.nextIndex(), null);
    writer.summary(text, 0);
    this.#items.finish(writer.outputIndex, writer.close("completed"));
    this.tell();
  }

  /** Tokens of a model call that a tool has made count as the response's. */
  usage(usage: ModelUsage): void {
    this.#spent = sumUsage(this.#spent, usage);
  }

  /** Writers of the searches that are open. */
  writers(): HostedCallWriter[] {
    return [...this.#open];
  }

  /** Closes as failed what has found no end. */
  end(): void {
    for (const writer of this.#open) this.#close(writer, "failed", {});
    this.#ended = true;
  }

  #close(writer: HostedCallWriter, status: "completed" | "failed", fields: Record<string, unknown>): void {
    if (!this.#open.delete(writer)) return;
    this.#items.finish(writer.outputIndex, writer.close(status, fields));
    this.tell();
  }

  /** Something is shown: whoever waits for news takes it. */
  tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
