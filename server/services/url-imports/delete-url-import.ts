import { deleteUrlImport as deleteRow } from "#server/db/url-imports";
import type { ServiceContext } from "#server/services/context";
import { urlImportNotFound } from "#server/services/url-imports/url-import-view";

/**
 * Forgets an import, which also stops it; pages that are in the store stay.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteUrlImport({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { importId: string };
}): Promise<void> {
  const { importId } = input;
  if (!(await deleteRow({ teamId: ctx.principal.teamId, importId }))) throw urlImportNotFound(importId);
}
