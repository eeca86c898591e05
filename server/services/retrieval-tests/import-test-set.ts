import { findFilesOfStore } from "#server/db/retrieval-test-files";
import type { TestSetRow } from "#server/db/retrieval-tests";
import { AppError } from "#server/errors";
import type { ExpectedPassage, TestSetDocument } from "#server/protocol/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { createTestSet } from "#server/services/retrieval-tests/create-test-set";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

export interface ImportTestSetInput {
  vectorStoreId: string;
  document: TestSetDocument;
}

/**
 * Makes a test set of a store from JSON. Files are found by id or, from another store, by name; queries without a
 * judgement are left out, as in every evaluation of BEIR.
 * @throws AppError not_found for a store the team does not have; invalid_value naming a document that is not in the
 *   store; database_unavailable
 */
export async function importTestSet({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ImportTestSetInput;
}): Promise<TestSetRow> {
  const { vectorStoreId, document } = input;
  await requireVectorStore(ctx, vectorStoreId);
  const names = document.qrels.flatMap((judgement) => [judgement["corpus-id"], judgement.filename ?? ""]);
  const files = await findFilesOfStore({ teamId: ctx.principal.teamId, vectorStoreId }, [...new Set(names)]);
  const byId = new Map(files.map((file) => [file.id, file]));
  const byName = new Map(files.map((file) => [file.filename, file]));
  const expectedOf = new Map<string, ExpectedPassage[]>();
  for (const judgement of document.qrels) {
    const named = judgement["corpus-id"];
    const file = byId.get(named) ?? byName.get(judgement.filename ?? named);
    if (!file) {
      const message = `The document '${judgement.filename ?? named}' is not a file of this vector store, by id or by name.`;
      throw new AppError("invalid_value", message, { param: "document.qrels" });
    }
    const { char_start: start, char_end: end, score: grade } = judgement;
    const span = start === undefined || end === undefined || end <= start ? null : { start, end };
    const passage = { fileId: file.id, filename: file.filename, grade };
    const expected = expectedOf.get(judgement["query-id"]) ?? [];
    expected.push({ ...passage, charStart: span?.start ?? null, charEnd: span?.end ?? null });
    expectedOf.set(judgement["query-id"], expected);
  }
  const queries = document.queries.flatMap(({ _id: id, text }) => {
    const expected = expectedOf.get(id);
    return expected ? [{ text, expected }] : [];
  });
  return createTestSet({ ctx, input: { vectorStoreId, name: document.name, queries } });
}
