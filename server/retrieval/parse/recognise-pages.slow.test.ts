import { createCanvas } from "@napi-rs/canvas";
import { PDFDocument } from "pdf-lib";
import { afterEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { readAsText } from "#server/retrieval/parse/read-as-text";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";

/** A PDF whose pages are pictures of these lines; null: a page of real text. */
async function scan(pages: readonly (readonly string[] | null)[]): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (const lines of pages) {
    const page = document.addPage([612, 792]);
    if (lines === null) {
      const text = "This page is made of letters, and needs no recognition at all.";
      for (const y of [700, 680, 660]) page.drawText(text, { x: 60, y, size: 12 });
      continue;
    }
    const canvas = createCanvas(1_224, 1_584);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "black";
    context.font = "36px sans-serif";
    for (const [index, line] of lines.entries()) context.fillText(line, 120, 160 + index * 54);
    page.drawImage(await document.embedPng(await canvas.encode("png")), { x: 0, y: 0, width: 612, height: 792 });
  }
  return document.save();
}

const options = { signal: new AbortController().signal, urgency: "soon", recognise: true } as const;
const file = async (...pages: (readonly string[] | null)[]) => ({ bytes: await scan(pages), filename: "scan.pdf" });

describe("pages that are images", () => {
  afterEach(() => stopReadWorkers());

  it("are recognised where that is on, each on its page", async () => {
    setConfig(parseConfig({ LOG_LEVEL: "silent", OCR_LANGUAGE: "eng" }));
    const input = await file(["The harbour was closed", "for seven weeks."], null, ["Nobody knows why."]);
    const { text, pages } = await readAsText(input, options);
    const read = pages.map(({ start, end }) => text.slice(start, end));
    expect(read[0]).toBe("The harbour was closed for seven weeks.");
    expect(read[1]).toContain("made of letters");
    expect(read[2]).toBe("Nobody knows why.");
    expect(pages.some((page) => page.textless)).toBe(false);
  });

  it("stay without text beyond the limit, where it is off, and where nobody asks", async () => {
    const input = await file(["First page of words"], null, ["Second page of words"]);
    setConfig(parseConfig({ LOG_LEVEL: "silent", OCR_LANGUAGE: "eng", OCR_MAX_PAGES: "1" }));
    const textless = async (how: Parameters<typeof readAsText>[1]) =>
      (await readAsText(input, how)).pages.map((page) => page.textless ?? false);
    expect(await textless(options)).toEqual([false, false, true]);
    expect(await textless({ ...options, recognise: false })).toEqual([true, false, true]);
    setConfig(parseConfig({ LOG_LEVEL: "silent" }));
    expect(await textless(options)).toEqual([true, false, true]);
  });

  it("are refused when there is nothing on them, and when the language is not installed", async () => {
    setConfig(parseConfig({ LOG_LEVEL: "silent", OCR_LANGUAGE: "eng" }));
    await expect(readAsText(await file([]), options)).rejects.toMatchObject({ reason: "no_text_layer" });
    setConfig(parseConfig({ LOG_LEVEL: "silent", OCR_LANGUAGE: "xyz" }));
    await expect(readAsText(await file(["Words"]), options)).rejects.toMatchObject({
      reason: "no_text_layer",
      message: expect.stringContaining("'@tesseract.js-data/xyz'"),
    });
  });
});
