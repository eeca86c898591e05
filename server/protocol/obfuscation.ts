const BLOCK = 16;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Random letters to cut paddings from: only their number matters, so they need not be new each time. */
const letters = Array.from({ length: 1_024 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join("");

/**
 * What fills a delta up to a multiple of 16 characters, so that the size of a frame tells little of what it says.
 * As OpenAI's streams do it.
 */
export function paddingFor(delta: string): string {
  const missing = (BLOCK - (delta.length % BLOCK)) % BLOCK;
  const at = Math.floor(Math.random() * (letters.length - BLOCK));
  return letters.slice(at, at + missing);
}
