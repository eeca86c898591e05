import { z } from "zod";
import type { SearchHit } from "#server/retrieval/search/search-hit";
import { writePassages } from "#server/tools/file-search/passages";
import { toSearchResult } from "#server/tools/file-search/search-result";
import { FILE_SEARCH_CALL, type Tool, type ToolContext, type ToolResult } from "#server/tools/tool";

const MAX_QUERIES = 4;

const Query = z.string().trim().min(1).max(4000);

/** What the model writes: one query, or several that are searched together. */
export const FileSearchInput = z
  .object({
    query: Query.optional().describe("What to look for, in the user's words or better ones."),
    queries: z.array(Query).max(MAX_QUERIES).optional().describe("Several ways to look for it, searched together."),
  })
  .refine((input) => queriesOf(input).length > 0, { message: "Give `query` or `queries`." });
export type FileSearchInput = z.infer<typeof FileSearchInput>;

export interface FileSearchOptions {
  /**
   * Searches the stores this tool was given; hits best first, at most `maxNumResults` of them. Queries, hits and scores
   * are recorded there, under the call's span.
   */
  search(queries: string[], call: Pick<ToolContext, "signal" | "spanId">): Promise<SearchHit[]>;
}

/** The hosted `file_search` tool over whatever `search` reaches. Filters, limits and stores are the search's business. */
export function createFileSearchTool(options: FileSearchOptions): Tool<FileSearchInput> {
  return {
    name: "file_search",
    description:
      "Searches the user's uploaded files and returns the passages that fit best. Call it before answering whenever " +
      "the files may hold the answer.",
    inputSchema: FileSearchInput,
    call: FILE_SEARCH_CALL,
    opened: (input) => ({ queries: queriesOf(input) }),
    run: (input, context) => runFileSearch({ options, queries: queriesOf(input), context }),
  };
}

async function runFileSearch(call: {
  options: FileSearchOptions;
  queries: string[];
  context: ToolContext;
}): Promise<ToolResult> {
  const { options, queries, context } = call;
  const hits = await options.search(queries, context);
  const { output, sources } = writePassages(hits, context.nextMarker);
  return { output, item: { queries, results: hits.map(toSearchResult) }, sources };
}

function queriesOf(input: { query?: string | undefined; queries?: string[] | undefined }): string[] {
  const all = [...(input.query === undefined ? [] : [input.query]), ...(input.queries ?? [])];
  return [...new Set(all)].slice(0, MAX_QUERIES);
}
