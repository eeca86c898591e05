const MAX_LENGTH = 100_000;
const MAX_TRIES = 50;
const THOUGHTS = /<think>[\s\S]*?<\/think>/g;

/** Where the value that begins at `start` ends, strings respected; -1 when it does not. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth += 1;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
  }
  return -1;
}

/**
 * The first JSON object or array in what a model wrote, whatever stands around it: prose, code fences, thoughts.
 * undefined when there is none.
 */
export function jsonInText(written: string): unknown {
  const text = written.slice(0, MAX_LENGTH).replaceAll(THOUGHTS, "");
  let from = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const start = text.slice(from).search(/[{[]/);
    if (start < 0) return undefined;
    const end = endOf(text, from + start);
    if (end > 0) {
      try {
        return JSON.parse(text.slice(from + start, end));
      } catch {
        // What looked like JSON was prose in brackets; the next may be it.
      }
    }
    from += start + 1;
  }
  return undefined;
}
