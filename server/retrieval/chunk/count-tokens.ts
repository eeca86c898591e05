import { countTokens as countWithTokenizer } from "gpt-tokenizer/encoding/o200k_base";

/** Beyond this an unbroken run costs the tokenizer time that grows with its square. */
const MAX_RUN = 1_000;
const LONG_RUN = new RegExp(`\\S{${MAX_RUN + 1},}`);
/** A document may spell `<|endoftext|>`: it is text like any other. */
const PLAIN = { disallowedSpecial: new Set<string>() };

/** Tokens of a text in o200k_base. Runs of more than 1,000 characters without white space are counted in pieces. */
export function countTokens(text: string): number {
  if (text.length <= MAX_RUN || !LONG_RUN.test(text)) return countWithTokenizer(text, PLAIN);
  let tokens = 0;
  for (let start = 0; start < text.length; start += MAX_RUN) {
    tokens += countWithTokenizer(text.slice(start, start + MAX_RUN), PLAIN);
  }
  return tokens;
}
