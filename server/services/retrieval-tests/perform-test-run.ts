import { clock } from "#server/clock";
import { endTestRun, findTestRun, type TestResult } from "#server/db/retrieval-test-runs";
import { listTestQueries, type TestQueryRow } from "#server/db/retrieval-tests";
import { toAppError } from "#server/errors";
import { type SearchTestSettings, searchSettingsOf } from "#server/protocol/retrieval-tests";
import { judgeHits } from "#server/retrieval/search/judge-hits";
import { mean, ndcgAt, recallAt, reciprocalRank } from "#server/retrieval/search/metrics";
import type { ServiceContext } from "#server/services/context";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { silentTrace } from "#server/tracing/span";

/** nDCG looks at this many places, whatever is asked for. */
const NDCG_DEPTH = 10;
/** What a run says of its end when it was stopped, or its process died. */
export const STOPPED = "The run was stopped before its end.";

export interface PerformTestRunInput {
  teamId: string;
  runId: string;
  /** A failure, or being stopped, is not thrown to be tried again but kept. */
  lastTry: boolean;
}

/**
 * Asks every question of a run and keeps what was found. May be run again: one that has ended, or whose set is gone,
 * does nothing.
 * @throws what a search throws and the signal's reason, unless it is the last try
 */
export async function performTestRun({
  input,
  signal,
}: {
  input: PerformTestRunInput;
  signal: AbortSignal;
}): Promise<void> {
  const { teamId, runId } = input;
  const run = await findTestRun({ teamId, runId });
  if (run === null || run.status !== "in_progress") return;
  const ctx: ServiceContext = { principal: { type: "system", teamId }, signal, trace: silentTrace };
  try {
    const results: TestResult[] = [];
    for (const query of await listTestQueries({ teamId, testSetId: run.testSetId })) {
      signal.throwIfAborted();
      results.push(await ask(ctx, query, run));
    }
    const figures = {
      recall: mean(results.map((result) => result.recall)),
      mrr: mean(results.map((result) => result.mrr)),
      ndcg: mean(results.map((result) => result.ndcg)),
    };
    const endedAt = new Date(clock().now());
    await endTestRun({ teamId, runId }, { status: "completed", errorMessage: null, ...figures, endedAt, results });
  } catch (error) {
    if (!input.lastTry) throw error;
    const errorMessage = signal.aborted ? STOPPED : toAppError(error).message;
    const failure = { status: "failed" as const, errorMessage, results: [] };
    const figures = { recall: null, mrr: null, ndcg: null, endedAt: new Date(clock().now()) };
    await endTestRun({ teamId, runId }, { ...failure, ...figures });
  }
}

async function ask(
  ctx: ServiceContext,
  query: TestQueryRow,
  run: { vectorStoreId: string; settings: SearchTestSettings },
): Promise<TestResult> {
  const { hits } = await searchVectorStores({
    ctx,
    input: { vectorStoreIds: [run.vectorStoreId], queries: [query.text], ...searchSettingsOf(run.settings) },
  });
  const { gains, missing } = judgeHits(hits, query.expected);
  const grades = query.expected.map((passage) => passage.grade);
  return {
    ...{ queryId: query.id, text: query.text, missing, mrr: reciprocalRank(gains) },
    recall: recallAt(run.settings.maxNumResults, gains, grades.length),
    ndcg: ndcgAt(NDCG_DEPTH, gains, grades),
  };
}
