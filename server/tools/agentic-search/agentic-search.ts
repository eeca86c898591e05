import { z } from "zod";
import { SearchLoop, type SearchLoopOptions, type SearchReport } from "#server/tools/agentic-search/search-loop";
import { writePassages } from "#server/tools/file-search/passages";
import type { Tool, ToolContext, ToolResult } from "#server/tools/tool";

const AgenticSearchInput = z.object({
  query: z.string().trim().min(1).max(4_000).describe("What is to be found out, as a whole question."),
});
type AgenticSearchInput = z.infer<typeof AgenticSearchInput>;

export type AgenticSearchOptions = SearchLoopOptions;

/**
 * The hosted `agentic_search` tool: a model searches, reads around what it found and narrows until it has enough or a
 * bound is reached. Each search is shown as a `file_search_call`, the end as a reasoning summary. The passages it settles
 * on are given to the response's model once.
 */
export function createAgenticSearchTool(options: AgenticSearchOptions): Tool<AgenticSearchInput> {
  return {
    name: "agentic_search",
    description:
      "Searches the user's uploaded files in several steps and returns the passages that fit best. Call it before " +
      "answering whenever the files may hold the answer; one call is enough for one question.",
    inputSchema: AgenticSearchInput,
    call: null,
    run: ({ query }, context) => run(options, query, context),
  };
}

async function run(options: AgenticSearchOptions, query: string, context: ToolContext): Promise<ToolResult> {
  const report = await new SearchLoop(options, context).run(query);
  const { hits, cause, reason, iterations, tokens, steps } = report;
  context.record({ search: { cause, reason, iterations, tokens, steps, passages: hits.map((hit) => hit.chunkId) } });
  context.stage.thought(summaryOf(report));
  const { output, sources } = writePassages(hits, context.nextMarker);
  return { output, item: {}, sources };
}

function summaryOf({ cause, reason, steps }: SearchReport): string {
  const searches = steps.filter((step) => step.action === "search").length;
  const reads = steps.filter((step) => step.action === "read").length;
  const work = [
    plural(searches, "search", "searches"),
    ...(reads > 0 ? [plural(reads, "look around", "looks around")] : []),
  ];
  return `**Search ended (${cause})**\n\n${reason} ${work.join(", ")}.`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
