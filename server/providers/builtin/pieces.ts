const PIECE = /\s*(?:[\p{L}\p{M}\p{N}_]{1,8}|[^\s\p{L}\p{M}\p{N}_])|\s+/gu;
const CHARACTERS_PER_TOKEN = 4;

/** Cuts a text into pieces that join to it again: the built-in models' tokens. */
export function piecesOf(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** About how many tokens a text is, without looking at it. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
