/** An encoding of OpenAI's published tokenizers. */
export type Encoding = "o200k_base" | "cl100k_base";

export interface Tokenizer {
  encoding: Encoding;
  /** False when the model has another, unpublished tokenizer, for which this one is a guess. */
  isOwn: boolean;
}

const O200K = /^(gpt-4o|gpt-4\.[15]|gpt-5|gpt-oss|chatgpt-|o[1-9](-|$)|codex-|computer-use)/;
const CL100K = /^(gpt-4(-|$)|gpt-3\.5|text-embedding-)/;

/** A model's name without who serves it and without what it was tuned to: `ft:gpt-4o:acme::1` is `gpt-4o:acme::1`. */
export function bareModelName(modelId: string): string {
  return modelId
    .slice(modelId.lastIndexOf("/") + 1)
    .replace(/^ft:/, "")
    .toLowerCase();
}

/** The tokenizer to count a model's tokens with. */
export function tokenizerOf(modelId: string): Tokenizer {
  const name = bareModelName(modelId);
  if (O200K.test(name)) return { encoding: "o200k_base", isOwn: true };
  if (CL100K.test(name)) return { encoding: "cl100k_base", isOwn: true };
  return { encoding: "o200k_base", isOwn: false };
}
