const LIGATURES: Record<string, string> = { ﬀ: "ff", ﬁ: "fi", ﬂ: "fl", ﬃ: "ffi", ﬄ: "ffl", ﬅ: "st", ﬆ: "st" };

/** Controls that carry no text, and byte order marks. */
const CONTROLS = /(?![\t\n])[\p{Cc}\ufeff]/gu;

/**
 * The one form in which text is kept: LF line ends, NFC, well-formed UTF-16, no control characters (Postgres keeps
 * no NUL), no spaces at line ends.
 */
export function normaliseText(text: string): string {
  return (
    text
      .replace(/\r\n?|\f|\u2028|\u2029|\u0085/g, "\n")
      .replace(CONTROLS, "")
      // Without the look-behind, spaces inside a line cost time that grows with their square.
      .replace(/(?<![ \t])[ \t]+$/gm, "")
      .normalize("NFC")
      .toWellFormed()
  );
}

/** {@link normaliseText} for a run of prose: one space for any white space, typographic ligatures spelt out. */
export function normaliseInline(text: string): string {
  return normaliseText(text)
    .replace(/[ﬀ-ﬆ]/g, (ligature) => LIGATURES[ligature] ?? ligature)
    .replace(/\u00ad/g, "")
    .replace(/[\s\u00a0]+/g, " ")
    .trim();
}
