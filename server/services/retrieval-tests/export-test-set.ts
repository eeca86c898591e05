import type { TestSetDocument } from "#server/protocol/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { getTestSet } from "#server/services/retrieval-tests/get-test-set";

/**
 * A test set as JSON that another store can import.
 * @throws AppError not_found, database_unavailable
 */
export async function exportTestSet({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { testSetId: string };
}): Promise<TestSetDocument> {
  const { name, queries } = await getTestSet({ ctx, input });
  return {
    name,
    queries: queries.map(({ id, text }) => ({ _id: id, text })),
    qrels: queries.flatMap(({ id, expected }) =>
      expected.map(({ fileId, filename, charStart, charEnd, grade }) => ({
        ...{ "query-id": id, "corpus-id": fileId, score: grade, filename },
        ...(charStart === null || charEnd === null ? {} : { char_start: charStart, char_end: charEnd }),
      })),
    ),
  };
}
