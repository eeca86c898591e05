import { parentPort } from "node:worker_threads";
import { LRUCache } from "lru-cache";
import { countInRuns } from "#server/retrieval/chunk/count-in-runs";
import type { TokenAnswer, TokenQuestion } from "#server/services/tokens/count-texts";
import type { Encoding } from "#server/services/tokens/tokenizer-of";

/** A text may spell `<|endoftext|>`: it is text like any other. */
const PLAIN = { disallowedSpecial: new Set<string>() };

// Each table of ranks is some 80 MB: loaded when it is asked for.
const load = {
  o200k_base: () => import("gpt-tokenizer/encoding/o200k_base"),
  cl100k_base: () => import("gpt-tokenizer/encoding/cl100k_base"),
} satisfies Record<Encoding, () => Promise<unknown>>;

/** A conversation is counted again with every turn: what it said before need not be. Sizes in characters. */
const known = new LRUCache<string, number>({ maxSize: 16_000_000, sizeCalculation: (_, text) => text.length });
const WORTH_KEEPING = 200;

function countOne(text: string, encoding: Encoding, count: (text: string) => number): number {
  if (text.length < WORTH_KEEPING) return count(text);
  const key = `${encoding} ${text}`;
  const tokens = known.get(key) ?? countInRuns(text, count);
  known.set(key, tokens);
  return tokens;
}

async function answer({ id, encoding, texts }: TokenQuestion): Promise<TokenAnswer> {
  const { countTokens } = await load[encoding]();
  return { id, counts: texts.map((text) => countOne(text, encoding, (run) => countTokens(run, PLAIN))) };
}

parentPort?.on("message", (question: TokenQuestion) => {
  answer(question).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) => {
      throw error;
    },
  );
});
