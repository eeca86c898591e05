import { mapDatabaseError } from "#server/db/database-errors";

/**
 * Runs a query; whatever it throws comes out as an AppError.
 * @throws AppError database_unavailable or internal_error
 */
export async function mapped<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
