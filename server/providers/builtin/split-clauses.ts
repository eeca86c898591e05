/** Where a new question begins: after a sentence, a semicolon or a line, or at a word that asks behind "and" or a comma. */
const BOUNDARY =
  /(?<=[?!;])\s+|(?<=\.)\s+(?=\p{Lu})|\n+|,?\s+(?:and|as well as|und|et|y)\s+(?=(?:who|what|when|where|why|how|which|whose|is|are|was|were|does|do|did|can|could|should|may|must|wer|was|wann|wo|warum|wie)\b)|,\s+(?=(?:who|what|when|where|why|how|whose)\b)/u;
const MAX_CLAUSES = 4;
const MAX_CLAUSE = 4_000;

/** The separate things that a message asks, in its own words, at most four; all that is left over stands in the last. */
export function splitClauses(message: string): string[] {
  const parts = message
    .split(BOUNDARY)
    .map((part) => part.replaceAll(/\s+/g, " ").replace(/^[\s,;.]+|[\s,;]+$/g, ""))
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
  const clauses = [...parts.slice(0, MAX_CLAUSES - 1), parts.slice(MAX_CLAUSES - 1).join(" ")];
  return [...new Set(clauses.map((clause) => clause.slice(0, MAX_CLAUSE)))].filter((clause) => clause !== "");
}
