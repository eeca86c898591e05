/** Beyond this an unbroken run costs a tokenizer time that grows with its square. */
const MAX_RUN = 1_000;
const LONG_RUN = new RegExp(`\\S{${MAX_RUN + 1},}`);

/** Counts a text by `count`, in pieces when it has a run of more than 1,000 characters without white space. */
export function countInRuns(text: string, count: (text: string) => number): number {
  if (text.length <= MAX_RUN || !LONG_RUN.test(text)) return count(text);
  let tokens = 0;
  for (let start = 0; start < text.length; start += MAX_RUN) tokens += count(text.slice(start, start + MAX_RUN));
  return tokens;
}
