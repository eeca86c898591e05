import { prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { ExpectedPassage } from "#server/protocol/retrieval-tests";

export interface TestSetRow {
  id: string;
  vectorStoreId: string;
  name: string;
  createdAt: Date;
}

export interface TestQueryRow {
  id: string;
  text: string;
  expected: ExpectedPassage[];
  createdAt: Date;
}

export interface TestSetScope {
  teamId: string;
  testSetId: string;
}

const SET = { id: true, vectorStoreId: true, name: true, createdAt: true };
const QUERY = { id: true, text: true, expected: true, createdAt: true };

/**
 * The store's test sets, oldest first, with how many queries each has.
 * @throws AppError database_unavailable
 */
export async function listTestSets(
  teamId: string,
  vectorStoreId: string,
): Promise<(TestSetRow & { queries: number })[]> {
  const rows = await mapped(() =>
    prisma().retrievalTestSet.findMany({
      where: { teamId, vectorStoreId },
      select: { ...SET, _count: { select: { queries: true } } },
      orderBy: { id: "asc" },
      take: 200,
    }),
  );
  return rows.map(({ _count, ...row }) => ({ ...row, queries: _count.queries }));
}

/**
 * The team's test set, or null.
 * @throws AppError database_unavailable
 */
export async function findTestSet({ teamId, testSetId }: TestSetScope): Promise<TestSetRow | null> {
  return mapped(() => prisma().retrievalTestSet.findFirst({ where: { teamId, id: testSetId }, select: SET }));
}

/**
 * The set's queries in the order they were added.
 * @throws AppError database_unavailable
 */
export async function listTestQueries({ teamId, testSetId }: TestSetScope): Promise<TestQueryRow[]> {
  const rows = await mapped(() =>
    prisma().retrievalTestQuery.findMany({ where: { teamId, testSetId }, select: QUERY, orderBy: { id: "asc" } }),
  );
  return rows.map((row) => ({ ...row, expected: toExpected(row.expected) }));
}

/** Validated when it was written. */
function toExpected(stored: unknown): ExpectedPassage[] {
  return stored as ExpectedPassage[];
}

/** How many queries the set has. */
export async function countTestQueries({ teamId, testSetId }: TestSetScope): Promise<number> {
  return mapped(() => prisma().retrievalTestQuery.count({ where: { teamId, testSetId } }));
}

/** Stores a set. */
export async function insertTestSet(teamId: string, row: TestSetRow, tx: TransactionClient): Promise<void> {
  await tx.retrievalTestSet.create({ data: { ...row, teamId } });
}

/** Stores queries of a set. */
export async function insertTestQueries(
  { teamId, testSetId }: TestSetScope,
  rows: readonly TestQueryRow[],
  tx: TransactionClient,
): Promise<void> {
  const data = rows.map((row) => ({ ...row, expected: row.expected as object[], teamId, testSetId }));
  await tx.retrievalTestQuery.createMany({ data });
}

/** Removes a set with its queries and runs; false when the team has no such set. */
export async function deleteTestSet({ teamId, testSetId }: TestSetScope, tx: TransactionClient): Promise<boolean> {
  return (await tx.retrievalTestSet.deleteMany({ where: { teamId, id: testSetId } })).count > 0;
}

/** Removes a query; false when the set has no such query. */
export async function deleteTestQuery(
  { teamId, testSetId }: TestSetScope,
  queryId: string,
  tx: TransactionClient,
): Promise<boolean> {
  return (await tx.retrievalTestQuery.deleteMany({ where: { teamId, testSetId, id: queryId } })).count > 0;
}
