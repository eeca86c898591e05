import { listPrompts as readPrompts } from "#server/db/prompts";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { type PromptObject, toPromptObject } from "#server/services/prompts/prompt-object";
import { type Page, readPage } from "#server/services/read-page";

/**
 * A page of the team's prompts by creation.
 * @throws AppError database_unavailable
 */
export async function listPrompts({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { query: ListQuery };
}): Promise<Page<PromptObject>> {
  const { teamId } = ctx.principal;
  const page = await readPage(input.query, (query) => readPrompts({ ...query, teamId }));
  return { ...page, rows: page.rows.map(toPromptObject) };
}
