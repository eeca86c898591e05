import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChunkOptions, chunkDocument, type DocumentChunk } from "#server/retrieval/chunk/chunk-document";
import { countTokens } from "#server/retrieval/chunk/count-tokens";
import type { ParsedDocument } from "#server/retrieval/parse/document";
import { textToEmbed } from "#server/retrieval/search/searchable-text";

const OPTIONS: ChunkOptions = {
  maxChunkSizeTokens: 400,
  chunkOverlapTokens: 0,
  filename: "a.txt",
  maxDocumentTokens: 5_000_000,
};

function textDocument(text: string, parts: Partial<ParsedDocument> = {}): ParsedDocument {
  return { kind: "text", text, pages: [], headings: [], ...parts };
}

/** What holds for the chunks of every document. */
function expectExact(document: ParsedDocument, chunks: DocumentChunk[], sizes: { maxChunkSizeTokens: number }) {
  for (const [index, chunk] of chunks.entries()) {
    expect(document.text.slice(chunk.charStart, chunk.charEnd)).toBe(chunk.text);
    const before = chunks[index - 1];
    const between = before?.page === chunk.page ? document.text.slice(before.charEnd, chunk.charStart) : "";
    expect(chunk.spaceBefore ?? "").toBe(between.length > 200 ? "" : between);
    expect(chunk.text).toBe(chunk.text.trim());
    expect(chunk.text.isWellFormed()).toBe(true);
    expect(chunk.tokenCount).toBe(countTokens(chunk.text));
    expect(chunk.tokenCount).toBeLessThanOrEqual(sizes.maxChunkSizeTokens);
  }
}

/** True when the chunks together hold every character that is not white space. */
function coversAll(text: string, chunks: DocumentChunk[]): boolean {
  let end = 0;
  for (const chunk of chunks) {
    if (text.slice(end, Math.max(end, chunk.charStart)).trim() !== "") return false;
    end = Math.max(end, chunk.charEnd);
  }
  return text.slice(end).trim() === "";
}

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.constantFrom(
    "same",
    "the",
    "a.",
    "end?",
    "« où »",
    "日本語。",
    "👩‍👩‍👧",
    "𝔘𝔫𝔦",
    "<|endoftext|>",
    "x".repeat(1500),
  ),
);
const prose = fc
  .array(fc.tuple(word, fc.constantFrom(" ", " ", "\n", "\n\n", ". ", "\t")), { maxLength: 300, size: "max" })
  .map((pairs) => pairs.map(([text, gap]) => text.toWellFormed() + gap).join(""));

describe("chunkDocument", () => {
  it("keeps spans exact, sizes within the limit and loses nothing, for any text and sizes", async () => {
    const sizes = fc
      .tuple(fc.integer({ min: 100, max: 500 }), fc.integer({ min: 0, max: 250 }))
      .map(([max, overlap]) => ({
        maxChunkSizeTokens: max,
        chunkOverlapTokens: Math.min(overlap, Math.floor(max / 2)),
      }));
    await fc.assert(
      fc.asyncProperty(prose, sizes, async (text, asked) => {
        const document = textDocument(text);
        const chunks = await chunkDocument(document, { ...OPTIONS, ...asked });
        expectExact(document, chunks, asked);
        expect(coversAll(text, chunks)).toBe(true);
      }),
      { numRuns: 30, seed: 20260101 },
    );
  });

  it("places each of 1,000 identical paragraphs where it stands", async () => {
    const paragraph = "The same paragraph, over and over, with the same words in it. It has two sentences.";
    const text = Array.from({ length: 1000 }, () => paragraph).join("\n\n");
    const document = textDocument(text);
    const chunks = await chunkDocument(document, OPTIONS);
    expectExact(document, chunks, OPTIONS);
    expect(coversAll(text, chunks)).toBe(true);
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.charStart % (paragraph.length + 2)).toBe(0);
      expect(chunk.charStart).toBeGreaterThanOrEqual(chunks[index - 1]?.charEnd ?? 0);
    }
    expect(chunks.at(-1)?.charEnd).toBe(text.length);
  });

  it("begins each chunk with about as much of the one before as was asked", async () => {
    const text = Array.from({ length: 2000 }, (_, index) => `word${index}`).join(" ");
    const sizes = { maxChunkSizeTokens: 200, chunkOverlapTokens: 80 };
    const chunks = await chunkDocument(textDocument(text), { ...OPTIONS, ...sizes });
    expect(chunks.length).toBeGreaterThan(20);
    for (const [index, chunk] of chunks.entries()) {
      const before = chunks[index - 1];
      if (!before) continue;
      const shared = countTokens(text.slice(chunk.charStart, before.charEnd));
      expect(shared).toBeGreaterThan(60);
      expect(shared).toBeLessThanOrEqual(80);
    }
  });

  it("never crosses a page and names the page", async () => {
    const pages = ["First page. ".repeat(50), "Second page. ".repeat(10), "Third page. ".repeat(120)];
    const spans: ParsedDocument["pages"] = [];
    let text = "";
    for (const [index, page] of pages.entries()) {
      if (text) text += "\n\n";
      spans.push({ page: index + 1, start: text.length, end: text.length + page.length });
      text += page;
    }
    const document = textDocument(text, { kind: "pdf", pages: spans });
    const chunks = await chunkDocument(document, { ...OPTIONS, maxChunkSizeTokens: 200, chunkOverlapTokens: 50 });
    expectExact(document, chunks, { maxChunkSizeTokens: 200 });
    for (const chunk of chunks) {
      const span = spans[(chunk.page ?? 0) - 1];
      expect(chunk.charStart).toBeGreaterThanOrEqual(span?.start ?? Number.POSITIVE_INFINITY);
      expect(chunk.charEnd).toBeLessThanOrEqual(span?.end ?? 0);
    }
    expect(new Set(chunks.map((chunk) => chunk.page))).toEqual(new Set([1, 2, 3]));
  });

  it("knows the headings above a chunk, and leaves none behind at a chunk's end", async () => {
    const filler = "Sentences fill the section with many words. ".repeat(30);
    const parts = [`# Guide\n\n${filler}`, `## Install\n\n${filler}`, `### Linux\n\n${filler}`, `## Use\n\n${filler}`];
    const text = parts.map((part) => part.trim()).join("\n\n");
    const headings = [...text.matchAll(/^(#+) (.+)$/gm)].map((match) => ({
      level: match[1]?.length ?? 0,
      title: match[2] ?? "",
      start: match.index,
    }));
    const chunks = await chunkDocument(textDocument(text, { kind: "markdown", headings }), OPTIONS);
    const pathOf = (piece: string) => chunks.find((chunk) => chunk.text.startsWith(piece))?.headingPath;
    expect(pathOf("# Guide")).toBe("Guide");
    expect(pathOf("### Linux")).toBe("Guide › Install › Linux");
    expect(pathOf("## Use")).toBe("Guide › Use");
    for (const chunk of chunks) expect(chunk.text).not.toMatch(/\n#+ [^\n]+$/);
  });

  it("cuts source code at its functions", async () => {
    const text = Array.from(
      { length: 40 },
      (_, index) => `\ndef function_${index}(value):\n    total = value * ${index}\n    return total + value\n`,
    ).join("");
    const chunks = await chunkDocument(textDocument(text, { kind: "code" }), {
      ...OPTIONS,
      maxChunkSizeTokens: 100,
      filename: "a.py",
    });
    expect(chunks.length).toBeGreaterThan(5);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^def function_/);
  });

  it("names the class around a piece of a long method", async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `        total += self.rate * ${index}  # step ${index}`);
    const text = `class Ledger:\n    def close(self):\n        total = 0\n${lines.join("\n")}\n        return total\n`;
    const options = { ...OPTIONS, maxChunkSizeTokens: 200, filename: "ledger.py" };
    const chunks = await chunkDocument(textDocument(text, { kind: "code" }), options);
    expect(chunks.length).toBeGreaterThan(2);
    expect(new Set(chunks.slice(1).map((chunk) => chunk.headingPath))).toEqual(new Set(["Ledger › close"]));
  });

  it("cuts tables between rows, and names a table's columns in every piece", async () => {
    const rows = Array.from(
      { length: 80 },
      (_, index) => `| Harbour ${index} | ${index * 31} ships. Some of them old. |`,
    );
    const text = `Before the table.\n\n| Name | Fleet |\n|---|---|\n${rows.join("\n")}\n\nAfter the table.`;
    const options = { ...OPTIONS, maxChunkSizeTokens: 150 };
    const chunks = await chunkDocument(textDocument(text, { kind: "markdown" }), options);
    expectExact(textDocument(text), chunks, options);
    expect(chunks.length).toBeGreaterThan(5);
    const first = chunks.findIndex((chunk) => chunk.text.startsWith("| Name"));
    for (const chunk of chunks.slice(first + 1, -1)) {
      expect(chunk.text).toMatch(/^\| Harbour/);
      expect(chunk.text).toMatch(/old\. \|$/);
      expect(textToEmbed(chunk)).toBe(`| Name | Fleet |\n${chunk.text}`);
    }
  });

  it("takes an unbroken run of 50,000 characters in its stride", async () => {
    const started = performance.now();
    const chunks = await chunkDocument(textDocument("a".repeat(50_000)), OPTIONS);
    expect(chunks.at(-1)?.charEnd).toBe(50_000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("refuses more tokens than allowed", async () => {
    const options = { ...OPTIONS, maxDocumentTokens: 1000 };
    await expect(chunkDocument(textDocument("many words ".repeat(2000)), options)).rejects.toMatchObject({
      name: "DocumentRefused",
      reason: "too_large",
      message: "The file holds more than 1,000 tokens of text.",
    });
  });
});
