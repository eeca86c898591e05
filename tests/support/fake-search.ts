import { z } from "zod";
import type { Tool, ToolContext, ToolResult } from "#server/tools/tool";

const Input = z.object({ query: z.string() });
type Input = z.infer<typeof Input>;

/** What the fake file search finds for a query, after marking each passage as citable. */
export type FindPassages = (query: string, context: ToolContext) => Promise<string[]> | string[];

/** A hosted file_search whose passages a test makes up. Each comes from the file `file-<marker number>`. */
export function fakeSearch(find: FindPassages = (query) => [`About ${query}.`]): Tool {
  const tool: Tool<Input> = {
    name: "file_search",
    description: "Searches files.",
    inputSchema: Input,
    call: {
      itemType: "file_search_call",
      idKind: "fileSearchCall",
      phases: ["in_progress", "searching"],
      initial: { queries: [], results: null },
    },
    opened: (input) => ({ queries: [input.query] }),
    run: async (input, context) => toResult(input.query, await find(input.query, context), context),
  };
  return tool as Tool;
}

function toResult(query: string, passages: readonly string[], context: ToolContext): ToolResult {
  const found = passages.map((text) => {
    const marker = context.nextMarker();
    return { marker, text, fileId: `file-${marker.slice(1, -1)}`, filename: "notes.md" };
  });
  return {
    output: found.map(({ marker, filename, text }) => `${marker} ${filename}\n${text}`).join("\n---\n"),
    item: {
      queries: [query],
      results: found.map(({ fileId, filename, text }) => ({
        file_id: fileId,
        filename,
        text,
        score: 0.5,
        attributes: {},
      })),
    },
    sources: found.map((source, index) => ({
      ...source,
      ...{ chunkId: String(index + 1), page: null, charStart: 0, charEnd: source.text.length },
    })),
  };
}

/** The request tool that goes with {@link fakeSearch}. */
export const FILE_SEARCH = { type: "file_search", vector_store_ids: ["vs_1"] };
