import { LRUCache } from "lru-cache";
import { clock } from "#server/clock";
import type { Connection, ModelInfo } from "#server/providers/provider";
import { createProvider, fixedModels } from "#server/providers/registry";

interface Listing {
  models: ModelInfo[] | null;
  loadedAt: number;
  loading: Promise<void> | null;
}

const FRESH_MS = 5 * 60_000;
/** A vendor that could not be asked is asked again after this. */
const RETRY_MS = 15_000;
const PATIENCE_MS = 3_000;

const holder = globalThis as typeof globalThis & { rejoinderListings?: LRUCache<string, Listing> };

function listings(): LRUCache<string, Listing> {
  holder.rejoinderListings ??= new LRUCache<string, Listing>({ max: 500 });
  return holder.rejoinderListings;
}

/** The address counts too, and where its models live: a changed connection is another one. */
function keyOf({ id, baseUrl, settings, apiKey }: Connection): string {
  return `${id} ${baseUrl ?? ""} ${JSON.stringify(settings ?? {})} ${apiKey === null ? "" : "key"}`;
}

async function load(connection: Connection, listing: Listing): Promise<void> {
  const stop = new AbortController();
  const cancel = clock().after(PATIENCE_MS, () => stop.abort(new Error("The provider's model list takes too long.")));
  try {
    const provider = createProvider(connection);
    listing.models = (await provider.listModels?.(stop.signal)) ?? [];
  } catch {
    // A list that cannot be had is no failure of the request: names may still be passed on.
  } finally {
    cancel();
    listing.loadedAt = clock().now();
    listing.loading = null;
  }
}

/**
 * The models that a connection serves, or null when its vendor cannot be asked. Kept for five minutes; an older list
 * is handed out while a new one is fetched. A team's own selection, when stored, goes before the vendor's list.
 */
export async function knownModels(connection: Connection): Promise<ModelInfo[] | null> {
  const key = keyOf(connection);
  let listing = listings().get(key);
  if (!listing) {
    listing = { models: null, loadedAt: 0, loading: null };
    listings().set(key, listing);
  }
  const age = clock().now() - listing.loadedAt;
  const stale = listing.models === null ? age > RETRY_MS : age > FRESH_MS;
  if (stale && listing.loading === null) listing.loading = load(connection, listing);
  if (listing.models === null && listing.loading !== null && connection.models.length === 0) await listing.loading;
  return narrow(connection, listing.models);
}

/** What is known of one model without asking anybody, or null. */
export function peekModel(connection: Connection, modelId: string): ModelInfo | null {
  const models = listings().get(keyOf(connection))?.models ?? fixedModels(connection.kind);
  return models.find((model) => model.id === modelId) ?? null;
}

function narrow(connection: Connection, listed: ModelInfo[] | null): ModelInfo[] | null {
  if (connection.models.length === 0) return listed;
  const byId = new Map(listed?.map((model) => [model.id, model]));
  return connection.models.map((id) => byId.get(id) ?? { id, ownedBy: connection.name, created: 0, kind: kindOf(id) });
}

function kindOf(id: string): ModelInfo["kind"] {
  return /embed/i.test(id) ? "embedding" : "language";
}

/** Puts a list that was just fetched into the cache (a connection test). */
export function rememberModels(connection: Connection, models: ModelInfo[]): void {
  listings().set(keyOf(connection), { models, loadedAt: clock().now(), loading: null });
}

/** Forgets all lists (tests). */
export function forgetModelLists(): void {
  listings().clear();
}
