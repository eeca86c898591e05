const SENTENCES = new Intl.Segmenter(undefined, { granularity: "sentence" });
const WORD = /[\p{L}\p{N}]{2,}/gu;
/** Of the text before a citation, what its statement is looked for in. */
const STATEMENT_REACH = 600;
/** Of a passage. */
const MAX_LENGTH = 20_000;
const MAX_QUOTE = 1_000;

/** A half-open span of a passage, in UTF-16 units. */
export interface Quoted {
  start: number;
  end: number;
}

function sentencesOf(text: string): { text: string; start: number }[] {
  return [...SENTENCES.segment(text)].map(({ segment, index }) => {
    const trimmed = segment.trimStart();
    return { text: trimmed.trimEnd(), start: index + segment.length - trimmed.length };
  });
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(WORD));
}

/**
 * The sentence of a passage that a statement was taken from: the one that shares most words with the last sentence of
 * `said`, long ones counting less. The whole passage, cut at 1,000 units, where none shares any: a translation, say.
 */
export function quotedSentence(passage: string, said: string): Quoted {
  const statement = sentencesOf(said.slice(-STATEMENT_REACH).trimEnd()).at(-1)?.text ?? "";
  const wanted = wordsOf(statement);
  let best: Quoted | null = null;
  let bestScore = 0;
  for (const { text, start } of sentencesOf(passage.slice(0, MAX_LENGTH))) {
    const words = wordsOf(text);
    let shared = 0;
    for (const word of words) if (wanted.has(word)) shared += 1;
    const score = shared / Math.sqrt(words.size + 1);
    if (score <= bestScore) continue;
    bestScore = score;
    best = { start, end: start + Math.min(text.length, MAX_QUOTE) };
  }
  return best ?? { start: 0, end: Math.min(passage.length, MAX_QUOTE) };
}
