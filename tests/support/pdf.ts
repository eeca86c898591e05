import { PDFDocument, StandardFonts } from "pdf-lib";

/** A page of a PDF that a test makes: a heading and paragraphs. */
export interface PdfPageText {
  heading: string;
  paragraphs: string[];
}

const LINE = 80;

/** Makes a PDF with one page for each entry: real text, wrapped like print. */
export async function makePdf(pages: readonly PdfPageText[]): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const { heading, paragraphs } of pages) {
    const page = document.addPage([612, 792]);
    let y = 720;
    page.drawText(heading, { x: 72, y, size: 18, font });
    y -= 40;
    for (const paragraph of paragraphs) {
      for (const line of wrap(paragraph)) {
        page.drawText(line, { x: 72, y, size: 11, font });
        y -= 14;
      }
      y -= 14;
    }
  }
  return document.save();
}

/**
 * Makes a PDF of one page, stored line by line: each line's pieces stand at the left edge and in the middle of the page. A
 * line without a left piece begins a column at the top again.
 */
export async function pdfOfLines(lines: readonly (readonly (string | null)[])[]): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  const page = document.addPage([612, 792]);
  let y = 720;
  let before: string | null | undefined;
  for (const [left, right] of lines) {
    if (left === null && before !== null) y = 720;
    if (typeof left === "string") page.drawText(left, { x: 60, y, size: 10, font });
    if (typeof right === "string") page.drawText(right, { x: 320, y, size: 10, font });
    before = left;
    y -= 13;
  }
  return document.save();
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
