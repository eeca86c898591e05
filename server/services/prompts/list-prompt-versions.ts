import { listPromptVersions as readVersions } from "#server/db/prompts";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { getPrompt } from "#server/services/prompts/get-prompt";
import {
  type PromptVersionObject,
  promptVersionNotFound,
  toPromptVersionObject,
  versionNumber,
} from "#server/services/prompts/prompt-object";
import { type Page, readPage } from "#server/services/read-page";

/**
 * A page of a prompt's versions. The cursors are version numbers.
 * @throws AppError not_found, database_unavailable
 */
export async function listPromptVersions({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { promptId: string; query: ListQuery };
}): Promise<Page<PromptVersionObject>> {
  const { promptId } = input;
  await getPrompt({ ctx, input: { promptId } });
  const cursor = (version: string | null, param: "after" | "before") => {
    const number = version === null ? null : versionNumber(version);
    if (version !== null && number === null) throw promptVersionNotFound(promptId, version, param);
    return number;
  };
  const scope = { teamId: ctx.principal.teamId, promptId };
  const page = await readPage(input.query, ({ limit, order, after, before }) =>
    readVersions(scope, { limit, order, after: cursor(after, "after"), before: cursor(before, "before") }),
  );
  return { ...page, rows: page.rows.map(toPromptVersionObject) };
}
