import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { changeUrlImport } from "#server/db/url-imports";
import type { ServiceContext } from "#server/services/context";
import { requireUrlImport } from "#server/services/url-imports/url-import-view";

/**
 * Stops an import; pages that are in the store stay. One that has ended stays as it is.
 * @throws AppError not_found, database_unavailable
 */
export async function cancelUrlImport({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { importId: string };
}): Promise<void> {
  const { importId } = input;
  await requireUrlImport(ctx, importId);
  const set = { status: "cancelled", endedAt: new Date(clock().now()) } as const;
  await mapped(() =>
    inTransaction((tx) => changeUrlImport({ teamId: ctx.principal.teamId, importId }, ["in_progress"], { tx, set })),
  );
}
