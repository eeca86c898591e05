import { z } from "zod";
import { AttributeFilter } from "#server/protocol/attribute-filter";

/** Most queries of a set. */
export const MAX_TEST_QUERIES = 5000;
export const TestQueryText = z.string().trim().min(1, "Write the question.").max(4096);
export const TestSetName = z.string().trim().min(1, "Name the test set.").max(256);
const Grade = z.int().min(1).max(10);

/** How a store is searched: what the lab compares and a run is made with. */
export const SearchTestSettings = z.object({
  maxNumResults: z.int().min(1).max(50).default(20),
  filters: AttributeFilter.nullish(),
  scoreThreshold: z.number().min(0).max(1).optional(),
  weights: z.object({ embedding: z.number().min(0), text: z.number().min(0) }).optional(),
});
export type SearchTestSettings = z.infer<typeof SearchTestSettings>;

/** The settings as the search's use cases take them. */
export function searchSettingsOf(settings: SearchTestSettings) {
  const { maxNumResults, filters = null, scoreThreshold, weights } = settings;
  return {
    maxNumResults,
    filters,
    rankingOptions: {
      score_threshold: scoreThreshold,
      hybrid_search: weights && { embedding_weight: weights.embedding, text_weight: weights.text },
    },
  };
}

/** A passage that a question should find: a whole file, or a span of its text, which outlives a new cut. */
export interface ExpectedPassage {
  fileId: string;
  filename: string;
  /** Half-open, in UTF-16 units of the file's text; both null: any passage of the file. */
  charStart: number | null;
  charEnd: number | null;
  /** How relevant it is, from 1. */
  grade: number;
}

/** An expected passage as it is asked to be kept. */
export const NewExpected = z
  .object({
    fileId: z.string().min(1),
    charStart: z.int().min(0).nullable().default(null),
    charEnd: z.int().min(1).nullable().default(null),
    grade: Grade.default(1),
  })
  .refine(
    ({ charStart, charEnd }) => (charStart === null ? charEnd === null : charEnd !== null && charEnd > charStart),
    {
      error: "A span has a start and, after it, an end.",
    },
  );
export type NewExpected = z.infer<typeof NewExpected>;

/**
 * A test set as JSON, in the shapes of BEIR: queries with `_id` and `text`, and judgements that name a query, a document
 * and a score. A document is a file by id or, in another store, by name.
 */
export const TestSetDocument = z.object({
  name: TestSetName,
  queries: z
    .array(z.object({ _id: z.string().min(1), text: TestQueryText }))
    .min(1)
    .max(MAX_TEST_QUERIES),
  qrels: z
    .array(
      z.object({
        "query-id": z.string().min(1),
        "corpus-id": z.string().min(1),
        score: Grade,
        filename: z.string().optional(),
        char_start: z.int().min(0).optional(),
        char_end: z.int().min(1).optional(),
      }),
    )
    .min(1)
    .max(20 * MAX_TEST_QUERIES),
});
export type TestSetDocument = z.infer<typeof TestSetDocument>;
