import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import type { DocumentKind } from "#server/retrieval/parse/document";
import { splitterLanguageOf } from "#server/retrieval/parse/file-names";

const SENTENCES = ["\n\n", "\n", ". ", "? ", "! ", "。", "！", "？", "; ", " ", ""];
const HEADINGS = ["\n# ", "\n## ", "\n### ", "\n#### ", "\n##### ", "\n###### "];

/** Where a document of a kind may be cut, from the best place to the worst. */
export function separatorsFor(kind: DocumentKind, filename: string): string[] {
  if (kind === "code") {
    const language = splitterLanguageOf(filename);
    return language === null ? SENTENCES : RecursiveCharacterTextSplitter.getSeparatorsForLanguage(language);
  }
  if (kind === "markdown" || kind === "html" || kind === "docx" || kind === "xlsx") return [...HEADINGS, ...SENTENCES];
  return SENTENCES;
}
