import { readConversation } from "#server/providers/builtin/conversation";
import { extractSummary } from "#server/providers/builtin/extract-summary";
import { nextSearchStep } from "#server/providers/builtin/search-steps";
import { splitClauses } from "#server/providers/builtin/split-clauses";
import { stemWords } from "#server/providers/builtin/words";
import type { ModelRequest } from "#server/providers/provider";

const RANKING = /^Question: ([\s\S]*?)\n\n(?=\[1\] )/;

/** Passages by the share of the question's words that they hold. */
function rank(text: string): string {
  const [head = "", question = ""] = RANKING.exec(text) ?? [];
  const wanted = [...new Set(stemWords(question))];
  const ranking = text
    .slice(head.length)
    .split(/\n\n(?=\[\d+\] )/)
    .flatMap((block) => {
      const passage = Number(/^\[(\d+)\] /.exec(block)?.[1]);
      if (!passage) return [];
      const words = new Set(stemWords(block));
      const held = wanted.filter((stem) => words.has(stem)).length;
      return [{ passage, score: wanted.length === 0 ? 0 : Number((held / wanted.length).toFixed(3)) }];
    })
    .sort((a, b) => b.score - a.score || a.passage - b.passage);
  return JSON.stringify({ ranking });
}

/** What the built-in models write for one of the server's own tasks, by fixed rules; null for a request that is none. */
export function answerTask({ task, input }: ModelRequest): string | null {
  const { question } = readConversation(input);
  switch (task) {
    case "summary":
      return extractSummary(question);
    case "search_queries":
      return JSON.stringify({ queries: splitClauses(question) });
    case "search_step":
      return JSON.stringify(nextSearchStep(input));
    case "rank":
      return rank(question);
    default:
      return null;
  }
}
