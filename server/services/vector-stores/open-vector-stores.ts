import { clock } from "#server/clock";
import { findVectorStores, touchVectorStores, type VectorStoreRow } from "#server/db/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { isExpired, vectorStoreExpired, vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

/**
 * The team's stores of these ids, to be used: they have not expired, and from now on count as used just now.
 * @throws AppError not_found for a store the team does not have; invalid_request for an expired one;
 *   database_unavailable
 */
export async function openVectorStores({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  /** `param`: where the request names the stores. */
  input: { ids: readonly string[]; param: string };
}): Promise<VectorStoreRow[]> {
  const { teamId } = ctx.principal;
  const unique = [...new Set(input.ids)];
  const rows = new Map((await findVectorStores(teamId, unique)).map((row) => [row.id, row]));
  const stores = unique.map((id) => {
    const row = rows.get(id);
    if (row === undefined) throw vectorStoreNotFound(id, input.param);
    if (isExpired(row)) throw vectorStoreExpired(id, input.param);
    return row;
  });
  await touchVectorStores({ teamId, stores, now: new Date(clock().now()) });
  return stores;
}
