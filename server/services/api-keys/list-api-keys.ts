import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { listApiKeys as selectApiKeys } from "#server/db/api-keys";
import { namesOfUsers } from "#server/db/users";
import { type ApiKeyView, toApiKeyView } from "#server/services/api-keys/api-key-view";
import type { ServiceContext } from "#server/services/context";

export const ListApiKeysInput = z
  .object({ cursor: z.string().max(100).nullish(), limit: z.number().int().min(1).max(200).default(100) })
  .default({ limit: 100 });

/** The team's keys, the newest first; `nextCursor` is null on the last page. */
export async function listApiKeys({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof ListApiKeysInput>;
}): Promise<{ rows: ApiKeyView[]; nextCursor: string | null }> {
  requirePermission(ctx.principal, "apiKeys.read");
  const { teamId } = ctx.principal;
  const found = await selectApiKeys({ teamId, cursor: input.cursor ?? null, limit: input.limit + 1 });
  const page = found.slice(0, input.limit);
  const names = await namesOfUsers([...new Set(page.flatMap((row) => row.createdById ?? []))]);
  return {
    rows: page.map((row) => toApiKeyView(row, ctx.principal, names.get(row.createdById ?? "") ?? null)),
    nextCursor: found.length > input.limit ? (page.at(-1)?.id ?? null) : null,
  };
}
