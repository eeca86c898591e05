import { LRUCache } from "lru-cache";
import { inBackground } from "#server/auth/in-background";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { type ApiKeyRow, findApiKeyByHash, touchApiKey } from "#server/db/api-keys";
import { mapDatabaseError } from "#server/db/database-errors";
import { publish, subscribe } from "#server/db/notify";
import { isAppError } from "#server/errors";

interface Found {
  key: ApiKeyRow | null;
  fetchedAt: number;
}

interface KeyCache {
  /** Keys that exist, by hash. Apart from the unknown ones, so that a flood of wrong keys pushes none out. */
  known: LRUCache<string, { key: ApiKeyRow; fetchedAt: number }>;
  /** When a hash was last found to belong to no key. */
  unknown: LRUCache<string, number>;
  /** Look-ups under way, by hash: later callers join the first. */
  pending: Map<string, Promise<Found>>;
  /** When a key's use was last written, by key id. */
  usedAt: LRUCache<string, number>;
  /** True from a look-up that found the database down until one that did not. */
  databaseDown: boolean;
  stopListening: () => void;
}

const CHANNEL = "rejoinder_api_key";
const MAX_ENTRIES = 20_000;

const holder = globalThis as typeof globalThis & { rejoinderKeyCache?: KeyCache };

function cache(): KeyCache {
  holder.rejoinderKeyCache ??= {
    known: new LRUCache({ max: MAX_ENTRIES }),
    unknown: new LRUCache({ max: MAX_ENTRIES }),
    pending: new Map(),
    usedAt: new LRUCache({ max: MAX_ENTRIES }),
    databaseDown: false,
    stopListening: subscribe(CHANNEL, forgetKey),
  };
  return holder.rejoinderKeyCache;
}

/**
 * The stored key of a hash, or null. At most API_KEY_CACHE_SECONDS old while the database answers; while it is down,
 * a known key is served for up to API_KEY_STALE_SECONDS.
 * @throws AppError database_unavailable when the database is down and the key is not known
 */
export async function lookUpKey(hash: string): Promise<ApiKeyRow | null> {
  const { known, unknown } = cache();
  const now = clock().now();
  const entry = known.get(hash);
  if (entry && now - entry.fetchedAt < config().API_KEY_CACHE_SECONDS) return entry.key;
  const missedAt = unknown.get(hash);
  if (missedAt !== undefined && now - missedAt < config().API_KEY_CACHE_SECONDS) return null;
  if (entry && now - entry.fetchedAt < config().API_KEY_STALE_SECONDS) return refresh(hash, entry.key);
  return (await fetchJoined(hash)).key;
}

/** Makes this node forget a hash at once, and the others as soon as the notice reaches them. */
export function invalidateKey(hash: string): void {
  forgetKey(hash);
  inBackground(publish(CHANNEL, hash));
}

/** Writes that the key was used, at most once per API_KEY_LAST_USED_SECONDS and never on the caller's time. */
export function noteKeyUse(key: ApiKeyRow): void {
  const { usedAt } = cache();
  const now = clock().now();
  const interval = config().API_KEY_LAST_USED_SECONDS;
  const last = usedAt.get(key.id) ?? key.lastUsedAt?.getTime() ?? 0;
  if (now - last < interval) return;
  usedAt.set(key.id, now);
  inBackground(touchApiKey({ id: key.id, now: new Date(now), before: new Date(now - interval) }));
}

/** Drops everything known and stops listening (tests, shutdown). */
export function clearKeyCache(): void {
  holder.rejoinderKeyCache?.stopListening();
  holder.rejoinderKeyCache = undefined;
}

function forgetKey(hash: string): void {
  const state = holder.rejoinderKeyCache;
  state?.known.delete(hash);
  state?.unknown.delete(hash);
  state?.pending.delete(hash);
}

// While the database is known to be down nobody waits for it: the old answer goes out and a look-up tries beside it.
async function refresh(hash: string, oldKey: ApiKeyRow): Promise<ApiKeyRow | null> {
  const fetching = fetchJoined(hash);
  if (cache().databaseDown) {
    inBackground(fetching);
    return oldKey;
  }
  try {
    return (await fetching).key;
  } catch (error) {
    if (isAppError(error) && error.code === "database_unavailable") return oldKey;
    throw error;
  }
}

function fetchJoined(hash: string): Promise<Found> {
  const { pending } = cache();
  const running = pending.get(hash);
  if (running !== undefined) return running;
  const started: Promise<Found> = fetchKey(hash)
    .then((found) => {
      if (pending.get(hash) === started) remember(hash, found);
      return found;
    })
    .finally(() => {
      if (pending.get(hash) === started) pending.delete(hash);
    });
  pending.set(hash, started);
  return started;
}

// Reached only by a look-up that no invalidation overtook; the others answer their callers and are not remembered.
function remember(hash: string, { key, fetchedAt }: Found): void {
  const { known, unknown } = cache();
  if (key) {
    known.set(hash, { key, fetchedAt });
    unknown.delete(hash);
  } else {
    unknown.set(hash, fetchedAt);
    known.delete(hash);
  }
}

async function fetchKey(hash: string): Promise<Found> {
  const state = cache();
  const fetchedAt = clock().now();
  try {
    const key = await findApiKeyByHash(hash);
    state.databaseDown = false;
    return { key, fetchedAt };
  } catch (error) {
    const mapped = mapDatabaseError(error);
    state.databaseDown = isAppError(mapped) && mapped.code === "database_unavailable";
    throw mapped;
  }
}
