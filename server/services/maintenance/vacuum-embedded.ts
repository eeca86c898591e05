import { config } from "#server/config";
import { vacuumNeglectedTables } from "#server/db/table-maintenance";
import { log } from "#server/log";

/**
 * Keeps the embedded database's files from growing with what was deleted. Native Postgres does so itself.
 * Gives the tables it went through.
 */
export async function vacuumEmbedded(signal: AbortSignal): Promise<string[]> {
  if (!config().embedded) return [];
  const tables = await vacuumNeglectedTables(signal);
  if (tables.length > 0) log().debug({ tables }, "tables vacuumed");
  return tables;
}
