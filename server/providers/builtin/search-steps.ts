import { textOf } from "#server/providers/builtin/conversation";
import { splitClauses } from "#server/providers/builtin/split-clauses";
import { stemWords } from "#server/providers/builtin/words";
import type { ModelInput } from "#server/providers/provider";

const QUESTION = /^Question: (.*)/;
const PASSAGE = /^\[(\d+)\] (.*)\n([\s\S]*?)(?=\n\n\[\d+\] |\n\nFound again: |\n\nSteps left: |$(?![\s\S]))/gm;
const MAX_CHOSEN = 8;

interface Shown {
  number: number;
  filename: string;
  words: Set<string>;
}

function shownIn(text: string): Shown[] {
  return [...text.matchAll(PASSAGE)].map(([, number, place = "", body = ""]) => ({
    number: Number(number),
    filename: place.replace(/, (?:page \d+|attributes \{).*$/, ""),
    words: new Set(stemWords(body)),
  }));
}

/**
 * The next step of a search by fixed rules: every clause of the question is searched, in the file that the question
 * names if it names one; then the best passage's surroundings are read; then it stops.
 */
export function nextSearchStep(input: ModelInput[]): object {
  const messages = input.flatMap((item) => (item.type === "message" ? [{ ...item, text: textOf(item.content) }] : []));
  const question = QUESTION.exec(messages[0]?.text ?? "")?.[1] ?? "";
  const done = messages.filter(({ role }) => role === "assistant").map(({ text }) => text);
  const passages = messages.filter(({ role }) => role === "user").flatMap(({ text }) => shownIn(text));
  const wanted = [...new Set(stemWords(question))];
  const score = ({ words }: Shown) => wanted.filter((stem) => words.has(stem)).length;
  const ranked = passages.filter((passage) => score(passage) > 0).sort((a, b) => score(b) - score(a));

  const named = passages.find(({ filename }) => filename !== "" && question.includes(filename));
  const filter = named ? { filter: { type: "eq", key: "filename", value: named.filename } } : {};
  const clauses = splitClauses(question);
  for (const clause of clauses.length > 1 || named ? clauses : []) {
    const step = { action: "search", queries: [clause], ...filter };
    if (!done.includes(JSON.stringify(step))) return step;
  }
  const [best] = ranked;
  if (best && !done.some((text) => text.includes('"read"'))) return { action: "read", passage: best.number };
  const reason = best ? "The passages hold the words of the question." : "No passage holds the words of the question.";
  return { action: "stop", reason, passages: ranked.slice(0, MAX_CHOSEN).map(({ number }) => number) };
}
