import { BATCH_SECONDS } from "#server/protocol/files";

/** When a file ends: as asked in seconds, else 30 days after its making when it is a batch's, else never. */
export function expiryOfFile(purpose: string, createdAt: Date, seconds: number | null): Date | null {
  const lifetime = seconds ?? (purpose === "batch" ? BATCH_SECONDS : null);
  return lifetime === null ? null : new Date(createdAt.getTime() + lifetime * 1000);
}
