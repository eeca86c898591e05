import { LRUCache } from "lru-cache";
import { config } from "#server/config";
import type { Item } from "#server/protocol/items";

/** Responses that were not stored and that one connection may still continue from. */
export interface ConnectionMemory {
  /** Everything the model had seen or said when the response ended, in order; null when it is not remembered. */
  recall(responseId: string): readonly Item[] | null;
  remember(responseId: string, items: readonly Item[]): void;
  forget(responseId: string): void;
  /** Forgets all of them: the connection is closed. */
  clear(): void;
}

interface SharedMemory {
  contexts: LRUCache<string, readonly Item[]>;
  connections: number;
}

const holder = globalThis as typeof globalThis & { rejoinderConnectionMemory?: SharedMemory };

/** Sizes of items, which successive contexts share. An item never changes once its response has ended. */
const sizes = new WeakMap<Item, number>();

function sizeOf(item: Item): number {
  let size = sizes.get(item);
  if (size === undefined) {
    size = JSON.stringify(item).length;
    sizes.set(item, size);
  }
  return size;
}

/** All connections share WEBSOCKET_MAX_STATE_BYTES; beyond it what was used longest ago is forgotten. */
function shared(): SharedMemory {
  holder.rejoinderConnectionMemory ??= {
    contexts: new LRUCache({
      maxSize: config().WEBSOCKET_MAX_STATE_BYTES,
      sizeCalculation: (items) => items.reduce((sum, item) => sum + sizeOf(item), 1),
    }),
    connections: 0,
  };
  return holder.rejoinderConnectionMemory;
}

/**
 * Memory for one connection, of its last WEBSOCKET_MAX_RESPONSES unstored responses. Stored ones are not kept here:
 * they are read from the database, so that deleting one, or changing a team's data, holds on every connection.
 */
export function openConnectionMemory(): ConnectionMemory {
  const memory = shared();
  const connection = ++memory.connections;
  const known = new Set<string>();
  const keyOf = (responseId: string) => `${connection} ${responseId}`;
  const forget = (responseId: string) => {
    known.delete(responseId);
    memory.contexts.delete(keyOf(responseId));
  };
  return {
    recall: (responseId) => memory.contexts.get(keyOf(responseId)) ?? null,
    remember(responseId, items) {
      memory.contexts.set(keyOf(responseId), items);
      known.add(responseId);
      const [oldest] = known;
      if (known.size > config().WEBSOCKET_MAX_RESPONSES && oldest !== undefined) forget(oldest);
    },
    forget,
    clear() {
      for (const responseId of [...known]) forget(responseId);
    },
  };
}

/** Forgets every connection's responses (tests). */
export function resetConnectionMemory(): void {
  holder.rejoinderConnectionMemory = undefined;
}
