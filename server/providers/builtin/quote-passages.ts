import { stemWords } from "#server/providers/builtin/words";

/** A passage of a tool result: a block `【n】 source` and the text beneath it. */
export interface Passage {
  marker: string;
  /** File name and page as the tool gave them. */
  source: string;
  text: string;
}

export interface Quote {
  marker: string;
  source: string;
  sentence: string;
}

interface Candidate extends Quote {
  stems: Set<string>;
  score: number;
}

const BLOCK_HEAD = /^(【\d+】) (.*)$/gm;
const SENTENCE_END = /(?<=[.!?。！？]["”’)\]]*)\s+(?=[\p{Lu}\p{N}"“‘([¿¡])|\n\s*\n|\n(?=\s*[-*•#|])/u;
/** Words that ask about a document as a whole and stand in none of its sentences for that reason. */
const GENERAL = new Set(
  stemWords(
    "summarize summarise summary overview document file pdf text paper article content main point topic tell explain describe read say give key takeaway gist tldr",
  ),
);
const MIN_OPENING = 40;
const MIN_SENTENCE = 12;
const MAX_SENTENCE = 420;
const MAX_QUOTES = 3;
/** The share of the question's weight that a sentence must carry to be quoted. */
const MIN_COVERAGE = 0.25;
/** The share of the best quote's score that the next ones must reach. */
const MIN_OF_BEST = 0.6;

/** The passages in a tool's output; none when it has another form. */
export function parsePassages(output: string): Passage[] {
  const heads = [...output.matchAll(BLOCK_HEAD)];
  return heads.map((head, index) => {
    const start = head.index + head[0].length;
    const end = heads[index + 1]?.index ?? output.length;
    return {
      marker: head[1] ?? "",
      source: (head[2] ?? "").trim(),
      text: output.slice(start, end).replace(/\n---\s*$/, ""),
    };
  });
}

function* cutAtWords(sentence: string): Generator<string> {
  let rest = sentence;
  while (rest.length > MAX_SENTENCE) {
    const space = rest.lastIndexOf(" ", MAX_SENTENCE);
    const end = space > 0 ? space : MAX_SENTENCE;
    yield rest.slice(0, end);
    rest = rest.slice(end).trimStart();
  }
  if (rest.length >= MIN_SENTENCE) yield rest;
}

/** Sentences of a passage in one line each; those too long are cut at words, so each stands in the text as it is. */
function sentencesOf(text: string): string[] {
  return text
    .split(SENTENCE_END)
    .map((sentence) =>
      sentence
        .replace(/^\s*(?:#+|[-*•])\s+/, "")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .flatMap((sentence) => [...cutAtWords(sentence)]);
}

function weigh(candidates: Candidate[], question: ReadonlySet<string>): Map<string, number> {
  const weights = new Map<string, number>();
  for (const stem of question) {
    const holding = candidates.filter((candidate) => candidate.stems.has(stem)).length;
    weights.set(stem, Math.log(1 + (candidates.length + 1) / (holding + 0.5)));
  }
  return weights;
}

/** Statements go before questions, and both before headings and the labels of a figure. */
function endingWeight(sentence: string): number {
  if (sentence.endsWith("?")) return 0.7;
  return /[.!:;”")\]]$/.test(sentence) ? 1 : 0.6;
}

/** For a question about the whole: the first full sentence of each of the best passages. */
function quoteOpenings(passages: Passage[]): Quote[] {
  const openings = passages.flatMap(({ marker, source, text }) => {
    const sentence = sentencesOf(text).find((candidate) => candidate.length >= MIN_OPENING && /[.!?]$/.test(candidate));
    return sentence === undefined ? [] : [{ marker, source, sentence }];
  });
  return openings.slice(0, MAX_QUOTES);
}

/**
 * The sentences that answer a question best, at most three, best first; none when nothing fits.
 * Scores by the shared words, rare ones more, and a little by brevity and the search's own order.
 */
export function quotePassages(passages: Passage[], question: string): Quote[] {
  const wanted = new Set(stemWords(question));
  if ([...wanted].every((stem) => GENERAL.has(stem))) return quoteOpenings(passages);
  const candidates: Candidate[] = passages.flatMap(({ marker, source, text }) =>
    sentencesOf(text).map((sentence) => ({ marker, source, sentence, stems: new Set(stemWords(sentence)), score: 0 })),
  );
  const weights = weigh(candidates, wanted);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const rank = new Map(passages.map((passage, index) => [passage.marker, index]));
  for (const candidate of candidates) {
    let shared = 0;
    for (const [stem, weight] of weights) if (candidate.stems.has(stem)) shared += weight;
    const coverage = total === 0 ? 0 : shared / total;
    if (coverage < MIN_COVERAGE) continue;
    const brevity = 1 / (1 + candidate.sentence.length / 1000);
    candidate.score =
      coverage * brevity * endingWeight(candidate.sentence) * (1 - 0.01 * (rank.get(candidate.marker) ?? 0));
  }
  const ranked = candidates.filter((candidate) => candidate.score > 0).sort((a, b) => b.score - a.score);
  const best = ranked[0]?.score ?? 0;
  const quotes: Quote[] = [];
  for (const { marker, source, sentence, score } of ranked) {
    if (quotes.length === MAX_QUOTES || score < best * MIN_OF_BEST) break;
    const known = quotes.some((quote) => quote.sentence.includes(sentence) || sentence.includes(quote.sentence));
    if (!known) quotes.push({ marker, source, sentence });
  }
  return quotes;
}
