import { prisma } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreScope } from "#server/db/vector-stores";
import type { ExpectedPassage, SearchTestSettings } from "#server/protocol/retrieval-tests";

/** How a run stands; figures are null until it is completed. */
export interface TestRunRow {
  id: string;
  testSetId: string;
  vectorStoreId: string;
  status: "in_progress" | "completed" | "failed";
  settings: SearchTestSettings;
  embeddingModel: string;
  generation: number;
  queryCount: number;
  recall: number | null;
  mrr: number | null;
  ndcg: number | null;
  errorMessage: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

/** What one question found. */
export interface TestResult {
  queryId: string;
  text: string;
  recall: number;
  mrr: number;
  ndcg: number;
  missing: ExpectedPassage[];
}

export interface TestRunScope {
  teamId: string;
  runId: string;
}

const FIELDS = {
  ...{ id: true, testSetId: true, vectorStoreId: true, status: true, settings: true, embeddingModel: true },
  ...{ generation: true, queryCount: true, recall: true, mrr: true, ndcg: true, errorMessage: true },
  ...{ createdAt: true, endedAt: true },
};

type Stored = Omit<TestRunRow, "status" | "settings"> & { status: string; settings: unknown };

/** Both were validated when they were written. */
function toRow(row: Stored): TestRunRow {
  return { ...row, status: row.status as TestRunRow["status"], settings: row.settings as SearchTestSettings };
}

function toResults(stored: unknown): TestResult[] {
  return stored as TestResult[];
}

/** Stores a run that begins now. */
export async function insertTestRun(teamId: string, row: TestRunRow): Promise<void> {
  await mapped(() => prisma().retrievalTestRun.create({ data: { ...row, settings: row.settings as object, teamId } }));
}

/**
 * The store's newest runs, newest first, without what each question found.
 * @throws AppError database_unavailable
 */
export async function listTestRuns(scope: VectorStoreScope, limit: number): Promise<TestRunRow[]> {
  const order = { id: "desc" } as const;
  const rows = await mapped(() =>
    prisma().retrievalTestRun.findMany({ where: scope, select: FIELDS, orderBy: order, take: limit }),
  );
  return rows.map(toRow);
}

/**
 * The team's run with what each question found, or null.
 * @throws AppError database_unavailable
 */
export async function findTestRun({
  teamId,
  runId,
}: TestRunScope): Promise<(TestRunRow & { results: TestResult[] }) | null> {
  const where = { teamId, id: runId };
  const row = await mapped(() => prisma().retrievalTestRun.findFirst({ where, select: { ...FIELDS, results: true } }));
  return row && { ...toRow(row), results: toResults(row.results) };
}

/**
 * Runs of any team that began before `before` and have not ended, after the run named by `after`, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listUnendedRuns(page: { before: Date; after: string; limit: number }): Promise<TestRunScope[]> {
  const where = { status: "in_progress", createdAt: { lt: page.before }, id: { gt: page.after } };
  const select = { teamId: true, id: true };
  const query = { where, select, orderBy: { id: "asc" }, take: page.limit } as const;
  const rows = await mapped(() => prisma().retrievalTestRun.findMany(query));
  return rows.map(({ teamId, id }) => ({ teamId, runId: id }));
}

/** Ends a run that is in progress. */
export async function endTestRun(
  { teamId, runId }: TestRunScope,
  end: Pick<TestRunRow, "status" | "errorMessage" | "recall" | "mrr" | "ndcg"> & {
    endedAt: Date;
    results: TestResult[];
  },
): Promise<void> {
  const where = { teamId, id: runId, status: "in_progress" };
  const data = { ...end, results: end.results as object[] };
  await mapped(() => prisma().retrievalTestRun.updateMany({ where, data }));
}
