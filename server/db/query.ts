import { pool } from "#server/db/client";
import { mapDatabaseError } from "#server/db/database-errors";

/**
 * The rows of one statement over the raw pool.
 * @throws AppError database_unavailable when the server cannot be reached; the driver's error otherwise
 */
export async function queryRows<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
  try {
    return (await pool().query<Row & Record<string, unknown>>(sql, values)).rows;
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
