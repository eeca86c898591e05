import { countTokens as countWithTokenizer } from "gpt-tokenizer/encoding/o200k_base";
import { countInRuns } from "#server/retrieval/chunk/count-in-runs";

/** A document may spell `<|endoftext|>`: it is text like any other. */
const PLAIN = { disallowedSpecial: new Set<string>() };

/** Tokens of a text in o200k_base. Runs of more than 1,000 characters without white space are counted in pieces. */
export function countTokens(text: string): number {
  return countInRuns(text, (run) => countWithTokenizer(run, PLAIN));
}
