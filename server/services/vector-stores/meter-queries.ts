import { clock } from "#server/clock";
import { config } from "#server/config";
import { addEmbeddingUsage, type EmbeddingUsage } from "#server/db/embedding-usage";
import type { VectorStoreScope } from "#server/db/vector-stores";
import { errorFacts, log } from "#server/log";
import type { EmbedOptions } from "#server/providers/provider";
import { embedCounted } from "#server/services/models/embed-counted";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
import { usageOf } from "#server/services/vector-stores/meter-embeddings";

/** What is to be written: one entry for a store, day and model, so it grows with those alone. */
interface Account {
  pending: Map<string, { scope: VectorStoreScope; usage: EmbeddingUsage; at: Date }>;
  isDue: boolean;
  writing: Promise<void>;
}

const holder = globalThis as typeof globalThis & { rejoinderQueryUsage?: Account };

function account(): Account {
  holder.rejoinderQueryUsage ??= { pending: new Map(), isDue: false, writing: Promise.resolve() };
  return holder.rejoinderQueryUsage;
}

function add(scope: VectorStoreScope, usage: EmbeddingUsage, at: Date): void {
  const { pending } = account();
  const key = JSON.stringify([scope.teamId, scope.vectorStoreId, usage.model, at.toISOString().slice(0, 10)]);
  const known = pending.get(key)?.usage;
  const sum = {
    ...usage,
    texts: usage.texts + (known?.texts ?? 0),
    tokens: usage.tokens + (known?.tokens ?? 0),
    costUsd: usage.costUsd + (known?.costUsd ?? 0),
    unpricedTokens: usage.unpricedTokens + (known?.unpricedTokens ?? 0),
  };
  pending.set(key, { scope, usage: sum, at });
}

/** Writes what has come together. What cannot be written waits for the next time. */
async function write(): Promise<void> {
  const { pending } = account();
  const entries = [...pending.values()];
  pending.clear();
  for (const { scope, usage, at } of entries) {
    try {
      await addEmbeddingUsage(scope, { ...usage, at });
    } catch (error) {
      add(scope, usage, at);
      log().warn(errorFacts(error), "what searches took could not be written");
    }
  }
}

/** Writes what searches have taken so far (shutdown, tests). */
export function flushQueryUsage(): Promise<void> {
  const current = account();
  current.writing = current.writing.then(write);
  return current.writing;
}

/**
 * Embeds the queries of a search, and adds what that takes to a store's account. The account is written apart, a moment
 * later, for many searches together: a search waits for nothing, and a process that is killed loses that moment.
 * @throws AppError what the provider throws
 */
export async function embedMetered(
  model: RoutedEmbeddingModel,
  { store, texts, signal }: { store: VectorStoreScope; texts: string[]; signal: EmbedOptions["signal"] },
): Promise<number[][]> {
  const counted = await embedCounted(model, texts, { signal, kind: "query" });
  add(store, usageOf(counted, { kind: "query", texts: texts.length }), new Date(clock().now()));
  const current = account();
  if (!current.isDue) {
    current.isDue = true;
    clock().after(config().EMBEDDING_USAGE_FLUSH_SECONDS, () => {
      current.isDue = false;
      void flushQueryUsage();
    });
  }
  return counted.vectors;
}
