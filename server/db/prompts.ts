import { prisma, type TransactionClient } from "#server/db/client";
import { idBounds } from "#server/db/files";
import { mapped } from "#server/db/mapped";
import type { ListQuery } from "#server/protocol/list";
import type { PromptTemplate } from "#server/protocol/prompt-templates";

export interface PromptRow {
  id: string;
  name: string;
  /** What a request gets that names no version. */
  defaultVersion: number;
  latestVersion: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface PromptVersionRow {
  promptId: string;
  version: number;
  template: PromptTemplate;
  createdAt: Date;
}

export interface PromptScope {
  teamId: string;
  promptId: string;
}

const FIELDS = { id: true, name: true, defaultVersion: true, latestVersion: true, createdAt: true, updatedAt: true };
const VERSION_FIELDS = { promptId: true, version: true, body: true, createdAt: true };

/** Templates were validated when they were written. */
function toVersion({ body, ...row }: Omit<PromptVersionRow, "template"> & { body: unknown }): PromptVersionRow {
  return { ...row, template: body as PromptTemplate };
}

/**
 * The team's prompts by creation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listPrompts(query: ListQuery & { teamId: string }): Promise<PromptRow[]> {
  return mapped(() =>
    prisma().prompt.findMany({
      where: { teamId: query.teamId, AND: idBounds(query) },
      select: FIELDS,
      orderBy: { id: query.order },
      take: query.limit,
    }),
  );
}

/**
 * The team's prompt, or null.
 * @throws AppError database_unavailable
 */
export async function findPrompt({ teamId, promptId }: PromptScope): Promise<PromptRow | null> {
  return mapped(() => prisma().prompt.findFirst({ where: { teamId, id: promptId }, select: FIELDS }));
}

/** Stores a prompt with its first version. */
export async function insertPrompt(
  teamId: string,
  prompt: PromptRow & { template: PromptTemplate },
  tx: TransactionClient,
): Promise<void> {
  const { template, ...row } = prompt;
  await tx.prompt.create({ data: { ...row, teamId } });
  await insertVersion({ teamId, promptId: row.id }, { version: 1, template, createdAt: row.createdAt }, tx);
}

async function insertVersion(
  { teamId, promptId }: PromptScope,
  { version, template, createdAt }: Omit<PromptVersionRow, "promptId">,
  tx: TransactionClient,
): Promise<void> {
  await tx.promptVersion.create({ data: { teamId, promptId, version, body: template as object, createdAt } });
}

/** Stores the next version of a prompt and returns its number; null when the team has no such prompt. */
export async function insertPromptVersion(
  { teamId, promptId }: PromptScope,
  { template, makeDefault, now }: { template: PromptTemplate; makeDefault: boolean; now: Date },
  tx: TransactionClient,
): Promise<number | null> {
  const [row] = await tx.prompt.updateManyAndReturn({
    where: { teamId, id: promptId },
    data: { latestVersion: { increment: 1 }, updatedAt: now },
    select: { latestVersion: true },
  });
  if (!row) return null;
  const version = row.latestVersion;
  await insertVersion({ teamId, promptId }, { version, template, createdAt: now }, tx);
  if (makeDefault) await tx.prompt.updateMany({ where: { teamId, id: promptId }, data: { defaultVersion: version } });
  return version;
}

/** Changes what `change` names; false when the team has no such prompt. */
export async function updatePrompt(
  { teamId, promptId }: PromptScope,
  change: Partial<Pick<PromptRow, "name" | "defaultVersion" | "updatedAt">>,
  tx: TransactionClient,
): Promise<boolean> {
  const { count } = await tx.prompt.updateMany({ where: { teamId, id: promptId }, data: change });
  return count > 0;
}

/** Deletes a prompt with its versions; false when the team has no such prompt. */
export async function deletePrompt({ teamId, promptId }: PromptScope, tx: TransactionClient): Promise<boolean> {
  const { count } = await tx.prompt.deleteMany({ where: { teamId, id: promptId } });
  return count > 0;
}

/**
 * The versions of the team's prompt from the newest to the oldest, or the other way round, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listPromptVersions(
  { teamId, promptId }: PromptScope,
  query: { limit: number; order: "asc" | "desc"; after: number | null; before: number | null },
): Promise<PromptVersionRow[]> {
  const [past, upTo] = query.order === "asc" ? (["gt", "lt"] as const) : (["lt", "gt"] as const);
  const version = {
    ...(query.after === null ? {} : { [past]: query.after }),
    ...(query.before === null ? {} : { [upTo]: query.before }),
  };
  return mapped(async () => {
    const rows = await prisma().promptVersion.findMany({
      where: { teamId, promptId, version },
      select: VERSION_FIELDS,
      orderBy: { version: query.order },
      take: query.limit,
    });
    return rows.map(toVersion);
  });
}

/**
 * One version of the team's prompt, or null.
 * @throws AppError database_unavailable
 */
export async function findPromptVersion(
  { teamId, promptId }: PromptScope,
  version: number,
): Promise<PromptVersionRow | null> {
  return mapped(async () => {
    const row = await prisma().promptVersion.findFirst({
      where: { teamId, promptId, version },
      select: VERSION_FIELDS,
    });
    return row && toVersion(row);
  });
}
