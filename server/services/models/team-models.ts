import { LRUCache } from "lru-cache";
import { decryptSecret } from "#server/auth/secrets";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { type ConnectionRow, listConnections } from "#server/db/connections";
import { mapped } from "#server/db/mapped";
import { listModelRoutes, type RouteTarget } from "#server/db/model-routes";
import { publish, subscribe } from "#server/db/notify";
import { findTeam } from "#server/db/teams";
import { isAppError } from "#server/errors";
import { log } from "#server/log";
import { namesLoopback } from "#server/outbound/guard";
import { type Connection, toWire } from "#server/providers/provider";
import { fixedConnections } from "#server/services/models/environment-connections";

/** What a team's model names may mean. */
export interface TeamModels {
  /** The team's own in its order, then those of the environment that it does not name itself, then the built-in. */
  connections: Connection[];
  /** Alias → targets by priority. */
  routes: ReadonlyMap<string, readonly RouteTarget[]>;
  defaultModel: string | null;
}

interface Entry {
  models: Promise<TeamModels>;
  loadedAt: number;
}

const CHANNEL = "team-models";
const FRESH_MS = 10_000;
const MAX_TEAMS = 500;

const holder = globalThis as typeof globalThis & { rejoinderTeamModels?: LRUCache<string, Entry> };

function cache(): LRUCache<string, Entry> {
  if (!holder.rejoinderTeamModels) {
    const entries = new LRUCache<string, Entry>({ max: MAX_TEAMS });
    holder.rejoinderTeamModels = entries;
    subscribe(CHANNEL, (teamId) => void entries.delete(teamId));
  }
  return holder.rejoinderTeamModels;
}

/** A row as providers take it, its secret decrypted. The key is null when it cannot be read. */
export function toConnection(row: ConnectionRow): Connection {
  let apiKey: string | null = null;
  try {
    apiKey = row.secret === null ? null : decryptSecret(row.secret);
  } catch {
    log().error({ connectionId: row.id }, "the key of a provider connection cannot be decrypted");
  }
  const { id, name, kind, baseUrl, models, settings } = row;
  const wire = toWire(row.wire);
  // Only owners can save an address of this machine.
  const allowLoopback = namesLoopback(baseUrl);
  return { id, name, kind, baseUrl, apiKey, models, wire, settings, trusted: false, allowLoopback };
}

async function load(teamId: string): Promise<TeamModels> {
  const [rows, routes, team] = await Promise.all([
    listConnections(teamId),
    listModelRoutes(teamId),
    mapped(() => findTeam(teamId)),
  ]);
  const own = rows.map(toConnection);
  const names = new Set(own.map((connection) => connection.name));
  const others = fixedConnections().filter((connection) => !names.has(connection.name));
  return {
    connections: [...own, ...others],
    routes: new Map(routes.map((route) => [route.alias, route.targets])),
    defaultModel: team?.defaultModel ?? null,
  };
}

/**
 * The team's connections with their keys, aliases and default model; kept for ten seconds, and for longer while the
 * database is away.
 * @throws AppError database_unavailable when nothing is kept
 */
export async function loadTeamModels(teamId: string): Promise<TeamModels> {
  const known = cache().get(teamId);
  const now = clock().now();
  if (known && now - known.loadedAt < FRESH_MS) return known.models;
  const entry: Entry = { models: load(teamId), loadedAt: now };
  cache().set(teamId, entry);
  try {
    return await entry.models;
  } catch (error) {
    if (cache().peek(teamId) === entry) cache().delete(teamId);
    const usable = known !== undefined && now - known.loadedAt < config().API_KEY_STALE_SECONDS;
    if (!usable || !isAppError(error) || error.code !== "database_unavailable") throw error;
    cache().set(teamId, known);
    return known.models;
  }
}

/** Makes every node read the team's connections, aliases and default model anew. Call it after the change is stored. */
export async function forgetTeamModels(teamId: string): Promise<void> {
  cache().delete(teamId);
  await publish(CHANNEL, teamId);
}
