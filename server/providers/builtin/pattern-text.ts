const MAX_REPEAT = 64;
const MAX_TEXT = 2_000;
const CLASS_SAMPLE: Record<string, string> = {
  d: "0",
  w: "a",
  s: " ",
  D: "a",
  W: "-",
  S: "a",
  n: "\n",
  t: "\t",
  r: "\r",
};
const CANDIDATES = "aA0-_ .@/:#bcxyzBCXYZ123456789";

/** Reads a regular expression from left to right and writes one text that it should match. */
class PatternWriter {
  private at = 0;
  private readonly source: string;
  private readonly minLength: number;

  constructor(source: string, minLength: number) {
    this.source = source;
    this.minLength = minLength;
  }

  alternatives(): string {
    const first = this.sequence();
    while (this.source[this.at] === "|") {
      this.at += 1;
      this.sequence();
    }
    return first;
  }

  private sequence(): string {
    let written = "";
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      const atom = this.atom();
      written += atom.repeat(this.repeats(written.length, atom.length)).slice(0, MAX_TEXT);
    }
    return written.slice(0, MAX_TEXT);
  }

  private atom(): string {
    const character = this.source[this.at++] ?? "";
    if (character === "^" || character === "$") return "";
    if (character === ".") return "a";
    if (character === "(") return this.group();
    if (character === "[") return this.characterClass();
    if (character !== "\\") return character;
    const escaped = this.source[this.at++] ?? "";
    if (escaped === "b" || escaped === "B") return "";
    return CLASS_SAMPLE[escaped] ?? escaped;
  }

  private group(): string {
    const looksAround = /^\?<?[=!]/.test(this.source.slice(this.at));
    const prefix = /^\?(?::|<[^>=!]+>|<?[=!])/.exec(this.source.slice(this.at));
    this.at += prefix?.[0].length ?? 0;
    const inner = this.alternatives();
    this.at += 1;
    return looksAround ? "" : inner;
  }

  private characterClass(): string {
    const start = this.at - 1;
    if (this.source[this.at] === "^") this.at += 1;
    if (this.source[this.at] === "]") this.at += 1;
    while (this.at < this.source.length && this.source[this.at] !== "]")
      this.at += this.source[this.at] === "\\" ? 2 : 1;
    this.at += 1;
    const matcher = new RegExp(`^${this.source.slice(start, this.at)}$`, "u");
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    return [...CANDIDATES, ...printable].find((candidate) => matcher.test(candidate)) ?? "";
  }

  private repeats(written: number, width: number): number {
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.source.slice(this.at));
    if (!quantifier) return 1;
    this.at += quantifier[0].length;
    const missing = width === 0 ? 0 : Math.ceil((this.minLength - written) / width);
    const sign = quantifier[0][0];
    const least = sign === "+" ? 1 : Number(quantifier[1] ?? 0);
    const most =
      sign === "?"
        ? 1
        : quantifier[1] === undefined || quantifier[2] === ","
          ? Number(quantifier[3] || MAX_REPEAT)
          : least;
    return Math.min(Math.max(least, Math.min(missing, most)), MAX_REPEAT);
  }
}

/**
 * True when a caller's pattern can be tried on a short text without the risk of endless backtracking:
 * no repeated group, at most two open-ended repeats.
 */
function isCheap(pattern: string): boolean {
  return !/\)[*+{]/.test(pattern) && (pattern.match(/[*+]|,\}/g)?.length ?? 0) <= 2;
}

/** True when `text` is known to match the JSON Schema `pattern`; unknown counts as false. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!isCheap(pattern) || text.length > 200) return false;
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return false;
  }
}

/** A text made to match a JSON Schema `pattern` (no look-around), of `minLength` where its repeats allow. */
export function textForPattern(pattern: string, minLength: number): string {
  try {
    return new PatternWriter(pattern, minLength).alternatives();
  } catch {
    return "";
  }
}
