import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import type { DocumentKind } from "#server/retrieval/parse/document";
import { splitterLanguageOf } from "#server/retrieval/parse/file-names";

const SENTENCES = ["\n\n", "\n", ". ", "? ", "! ", "。", "！", "？", "; ", " ", ""];
/** Kinds whose text has no headings, or none that are marked as in Markdown. */
const WITHOUT_MARKS: ReadonlySet<DocumentKind> = new Set(["pdf", "doc", "csv", "json", "text"]);
const HEADINGS = ["\n# ", "\n## ", "\n### ", "\n#### ", "\n##### ", "\n###### "];

/** Where a document of a kind may be cut, from the best place to the worst. */
export function separatorsFor(kind: DocumentKind, filename: string): string[] {
  if (kind === "code") {
    const language = splitterLanguageOf(filename);
    return language === null ? SENTENCES : RecursiveCharacterTextSplitter.getSeparatorsForLanguage(language);
  }
  return WITHOUT_MARKS.has(kind) ? SENTENCES : [...HEADINGS, ...SENTENCES];
}
