import { mapDatabaseError } from "#server/db/database-errors";
import type { AppError } from "#server/errors";

/**
 * What a use case failed with, as an AppError: itself when it is one, `database_unavailable` when the database could
 * not be reached, else an `internal_error` that says nothing and keeps the error as its cause.
 */
export function toKnownError(error: unknown): AppError {
  return mapDatabaseError(error);
}
