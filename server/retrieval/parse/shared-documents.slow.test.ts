import { existsSync, readFileSync } from "node:fs";
import { PDFDocument } from "pdf-lib";
import { describe, expect, it } from "vitest";
import { chunkDocument } from "#server/retrieval/chunk/chunk-document";
import type { ParsedDocument } from "#server/retrieval/parse/document";
import { parseDocument } from "#server/retrieval/parse/parse-document";

/** Real documents live beside the checkout; without them these tests are skipped. */
const DOCUMENTS = "../shared/documents";

const bytesOf = (filename: string) => new Uint8Array(readFileSync(`${DOCUMENTS}/${filename}`));

/** The passage that holds a sentence, cut as ingestion cuts by default. */
async function passageWith(document: ParsedDocument, sentence: string) {
  const sizes = { maxChunkSizeTokens: 400, chunkOverlapTokens: 0, maxDocumentTokens: 5_000_000 };
  const chunks = await chunkDocument(document, { filename: "a", ...sizes });
  const found = chunks.filter((chunk) => chunk.text.includes(sentence));
  expect(found).toHaveLength(1);
  const [passage] = found;
  expect(document.text.slice(passage?.charStart, passage?.charEnd)).toBe(passage?.text);
  return passage;
}

const BITCOIN: [sentence: string, page: number, heading: string][] = [
  ["A purely peer-to-peer version of electronic cash would allow online payments", 1, ""],
  ["We define an electronic coin as a chain of digital signatures.", 2, "2. Transactions"],
  ["A timestamp server works by taking a hash of a block of items", 2, "3. Timestamp Server"],
  ["As long as they reach many nodes, they will get into a block before long.", 4, "5. Network"],
  ["The traditional banking model achieves a level of privacy by limiting access", 6, "10. Privacy"],
  ["analogous to a Gambler's Ruin problem", 6, "11. Calculations"],
  ["we can see the probability drop off exponentially with z", 8, "11. Calculations"],
];

const SENTENCES: [filename: string, sentence: string, page: number | null, heading: string][] = [
  ...BITCOIN.map(([sentence, page, heading]) => ["bitcoin.pdf", sentence, page, heading] as const),
  ["lego_sets.pdf", "7140-1 X-wing Fighter | 1999 Star Wars | Episode IV | Licensed | Normal | 266 | 4", 1, ""],
  ["lego_sets.pdf", "4504-1 Millennium Falcon | 2004 Star Wars | Episode V | Licensed | Normal | 985 | 5", 2, ""],
  ["sample_with_table.pdf", "Low Vision | 5 | 2 | 3 | 98.3%", 1, "Example table"],
  ["form_1040.pdf", "Check here if your main home, and your spouse’s if filing a joint return, was in the U.S.", 1, ""],
  ["form_1040.pdf", "If zero or less, enter -0-. This is your taxable income", 2, ""],
  ["electromagnetic_radiation.docx", "electromagnetic radiation (EMR) is a selfpropagating wave", null, ""],
  ["electromagnetic_radiation.docx", "EMR is that it consists of photons, uncharged elementary particles", null, ""],
  [
    "basic-v3plus2.epub",
    "Wants pawn term dare worsted ladle gull hoe lift wetter murder",
    null,
    "Ladle Rat Rotten Hut",
  ],
  ["basic-v3plus2.epub", "Fodder Beer shuttered.", null, "Guilty Looks Enter Tree Beers"],
  ["models_support.xlsx", "Cohere | ✔️ | ✔️ | ✔️ |  |  | ✔️ | ✔️", null, "pgai_models_support"],
].map((row) => row as [string, string, number | null, string]);

describe.skipIf(!existsSync(DOCUMENTS))("documents of ../shared", () => {
  it.each(SENTENCES)("%s: %s", async (...[filename, sentence, page, heading]) => {
    const document = await parseDocument(bytesOf(filename), filename);
    const passage = await passageWith(document, sentence);
    expect(passage?.page).toBe(page);
    expect(passage?.headingPath).toContain(heading);
  });

  it("follow their pages when two of them change places", async () => {
    const source = await PDFDocument.load(bytesOf("bitcoin.pdf"));
    const swapped = await PDFDocument.create();
    const order = [0, 5, 2, 3, 4, 1, 6, 7, 8];
    for (const page of await swapped.copyPages(source, order)) swapped.addPage(page);
    const document = await parseDocument(await swapped.save(), "swapped.pdf");
    for (const [sentence, page] of BITCOIN) {
      const passage = await passageWith(document, sentence);
      expect(passage?.page).toBe(order.indexOf(page - 1) + 1);
    }
  });
});
