import { z } from "zod";
import {
  NewExpected,
  SearchTestSettings,
  TestQueryText,
  TestSetDocument,
  TestSetName,
} from "#server/protocol/retrieval-tests";
import { addTestQuery } from "#server/services/retrieval-tests/add-test-query";
import { createTestSet } from "#server/services/retrieval-tests/create-test-set";
import { deleteTestSet } from "#server/services/retrieval-tests/delete-test-set";
import { exportTestSet } from "#server/services/retrieval-tests/export-test-set";
import { getTestRun } from "#server/services/retrieval-tests/get-test-run";
import { getTestSet } from "#server/services/retrieval-tests/get-test-set";
import { importTestSet } from "#server/services/retrieval-tests/import-test-set";
import { listTestRuns } from "#server/services/retrieval-tests/list-test-runs";
import { listTestSets } from "#server/services/retrieval-tests/list-test-sets";
import { removeTestQuery } from "#server/services/retrieval-tests/remove-test-query";
import { startTestRun } from "#server/services/retrieval-tests/start-test-run";
import { router, teamProcedure } from "#server/trpc/trpc";

const StoreId = z.object({ vectorStoreId: z.string().min(1) });
const TestSetId = z.object({ testSetId: z.string().min(1) });
const NewQuery = TestSetId.extend({ text: TestQueryText, expected: z.array(NewExpected).min(1).max(100) });

const read = teamProcedure("vectorStores.read");
const write = teamProcedure("vectorStores.write");

/** Judged questions of a store, and what its search made of them. */
export const testSetsRouter = router({
  list: read.input(StoreId).query(({ ctx, input }) => listTestSets({ ctx, input })),
  get: read.input(TestSetId).query(({ ctx, input }) => getTestSet({ ctx, input })),
  create: write
    .input(StoreId.extend({ name: TestSetName }))
    .mutation(({ ctx, input }) => createTestSet({ ctx, input })),
  delete: write.input(TestSetId).mutation(({ ctx, input }) => deleteTestSet({ ctx, input })),
  addQuery: write.input(NewQuery).mutation(({ ctx, input }) => addTestQuery({ ctx, input })),
  removeQuery: write
    .input(TestSetId.extend({ queryId: z.string().min(1) }))
    .mutation(({ ctx, input }) => removeTestQuery({ ctx, input })),
  export: read.input(TestSetId).query(({ ctx, input }) => exportTestSet({ ctx, input })),
  import: write
    .input(StoreId.extend({ document: TestSetDocument }))
    .mutation(({ ctx, input }) => importTestSet({ ctx, input })),
  run: write
    .input(TestSetId.extend({ settings: SearchTestSettings }))
    .mutation(({ ctx, input }) => startTestRun({ ctx, input })),
  runs: read.input(StoreId).query(({ ctx, input }) => listTestRuns({ ctx, input })),
  getRun: read.input(z.object({ runId: z.string().min(1) })).query(({ ctx, input }) => getTestRun({ ctx, input })),
});
