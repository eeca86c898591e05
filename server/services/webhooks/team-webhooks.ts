import { LRUCache } from "lru-cache";
import { clock } from "#server/clock";
import { publish, subscribe } from "#server/db/notify";
import { listWebhookEndpoints, type WebhookEndpointRow } from "#server/db/webhook-endpoints";

export type ListeningEndpoint = Pick<WebhookEndpointRow, "id" | "events" | "backgroundOnly">;

interface Entry {
  endpoints: Promise<ListeningEndpoint[]>;
  loadedAt: number;
}

const CHANNEL = "team-webhooks";
const FRESH_MS = 10_000;
const MAX_TEAMS = 5_000;

const holder = globalThis as typeof globalThis & { rejoinderTeamWebhooks?: LRUCache<string, Entry> };

function cache(): LRUCache<string, Entry> {
  if (!holder.rejoinderTeamWebhooks) {
    const entries = new LRUCache<string, Entry>({ max: MAX_TEAMS });
    holder.rejoinderTeamWebhooks = entries;
    subscribe(CHANNEL, (teamId) => void entries.delete(teamId));
  }
  return holder.rejoinderTeamWebhooks;
}

async function load(teamId: string): Promise<ListeningEndpoint[]> {
  const rows = await listWebhookEndpoints(teamId);
  return rows.filter((row) => row.enabled).map(({ id, events, backgroundOnly }) => ({ id, events, backgroundOnly }));
}

/**
 * The team's enabled endpoints; kept for ten seconds, so that a team without any pays nothing at each response.
 * @throws AppError database_unavailable
 */
export async function loadTeamWebhooks(teamId: string): Promise<ListeningEndpoint[]> {
  const known = cache().get(teamId);
  const now = clock().now();
  if (known && now - known.loadedAt < FRESH_MS) return known.endpoints;
  const entry: Entry = { endpoints: load(teamId), loadedAt: now };
  cache().set(teamId, entry);
  try {
    return await entry.endpoints;
  } catch (error) {
    if (cache().peek(teamId) === entry) cache().delete(teamId);
    throw error;
  }
}

/** Makes every node read the team's endpoints anew. Call it after the change is stored. */
export async function forgetTeamWebhooks(teamId: string): Promise<void> {
  cache().delete(teamId);
  await publish(CHANNEL, teamId);
}
