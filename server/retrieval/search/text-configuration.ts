/** Postgres's text search configurations of the languages that a document may be in. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  ar: "arabic",
  ca: "catalan",
  da: "danish",
  de: "german",
  el: "greek",
  en: "english",
  es: "spanish",
  eu: "basque",
  fi: "finnish",
  fr: "french",
  hi: "hindi",
  hu: "hungarian",
  hy: "armenian",
  it: "italian",
  nl: "dutch",
  no: "norwegian",
  pt: "portuguese",
  ro: "romanian",
  ru: "russian",
  sr: "serbian",
  sv: "swedish",
  ta: "tamil",
  tr: "turkish",
  yi: "yiddish",
};
const DEFAULT = "english";
/** Whole words, unstemmed, none of them too common: for languages that Postgres does not know. */
const UNKNOWN = "simple";
const SAMPLE_WORDS = 400;
/** Scores go from 0 to 1. Code and lists look a little like many languages, and are searched in English. */
const LEAD_OVER_ENGLISH = 0.1;

/**
 * The text search configuration for a document's words, by a sample of them: its language's where it is plain, `simple`
 * where Postgres has none for it, and English for code, numbers and whatever else is no prose. Runs inside the parse worker.
 */
export async function textConfigurationOf(sample: string): Promise<string> {
  const words = (sample.match(/\p{L}{2,}/gu) ?? []).slice(0, SAMPLE_WORDS).join(" ");
  // The smallest of its tables, which for some hundred words are as good: 90 MB while they load, 30 MB from then on.
  const { eld } = await import("eld/extrasmall");
  const found = eld.detect(words);
  const scores = found.getScores();
  const lead = (scores[found.language] ?? 0) - (scores.en ?? 0);
  if (!found.isReliable() || lead < LEAD_OVER_ENGLISH) return DEFAULT;
  return CONFIGURATIONS[found.language] ?? UNKNOWN;
}
