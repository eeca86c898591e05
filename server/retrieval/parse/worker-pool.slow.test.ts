import { imageSize } from "image-size";
import { afterEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { cutDocument } from "#server/retrieval/chunk/cut-document";
import { runInWorker, stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import { makePdf } from "#tests/support/pdf";
import { docxParagraph, makeDocx } from "#tests/support/zip";

const never = new AbortController().signal;
const text = (content: string) => ({ bytes: new TextEncoder().encode(content), filename: "a.txt" });

function configure(environment: Record<string, string>): void {
  setConfig(parseConfig({ LOG_LEVEL: "silent", ...environment }));
}

/** A document that takes long to cut: much text, in the smallest pieces. */
const long = {
  document: { kind: "text" as const, text: "word ".repeat(4_000_000), pages: [], headings: [] },
  options: { filename: "a.txt", maxChunkSizeTokens: 100, chunkOverlapTokens: 50, maxDocumentTokens: 1e9 },
};

describe("runInWorker", () => {
  afterEach(() => stopReadWorkers());

  it("parses and cuts", async () => {
    configure({});
    const document = await runInWorker("parse", text("Hello there."), never);
    expect(document).toMatchObject({ kind: "text", text: "Hello there." });
    const chunks = await cutDocument(document, long.options, never);
    expect(chunks).toMatchObject([{ text: "Hello there.", charStart: 0, charEnd: 12 }]);
  });

  it("takes over a buffer that it is given, and keeps no worker that has had a large file", async () => {
    configure({});
    const { signal } = new AbortController();
    const workers = () =>
      (globalThis as { rejoinderReadPool?: { members: unknown[] } }).rejoinderReadPool?.members.length;
    const small = text("Hello there.");
    await runInWorker("parse", small, { signal, urgency: "soon" });
    expect([small.bytes.length, workers()]).toEqual([12, 1]);
    const large = text("words ".repeat(1_000_000));
    const { buffer } = large.bytes;
    expect((await runInWorker("parse", large, { signal, urgency: "soon", transfer: [buffer] })).text).toHaveLength(
      5_999_999,
    );
    expect([buffer.detached, workers()]).toEqual([true, 0]);
  });

  it("hands refusals through with their reason", async () => {
    configure({});
    await expect(runInWorker("parse", text(""), never)).rejects.toMatchObject({
      name: "DocumentRefused",
      reason: "empty",
      message: "The file is empty.",
    });
  });

  it("runs more tasks than there are workers", async () => {
    configure({ PARSE_WORKERS: "2" });
    const inputs = Array.from({ length: 12 }, (_, index) => `text number ${index}`);
    const documents = await Promise.all(inputs.map((input) => runInWorker("parse", text(input), never)));
    expect(documents.map((document) => document.text)).toEqual(inputs);
  });

  it("ends a task that takes too long, and goes on with the next", async () => {
    configure({ PARSE_TIMEOUT_SECONDS: "0.5" });
    const slow = runInWorker("chunk", long, never).catch((error: unknown) => error);
    expect(await slow).toMatchObject({
      reason: "timed_out",
      message: "Reading the file took too long and was stopped.",
    });
    configure({});
    expect(await runInWorker("parse", text("still here"), never)).toMatchObject({ text: "still here" });
  });

  it("ends a task that needs too much memory, and lives on", async () => {
    configure({ PARSE_MEMORY_MB: "64" });
    // Numbers keep it from being so compressible that it is refused as a bomb before it is read.
    const body = Array.from({ length: 250_000 }, (_, index) => docxParagraph(`${(index * 7919) % 1_000_003}`)).join("");
    const bytes = makeDocx(body);
    await expect(runInWorker("parse", { bytes, filename: "a.docx" }, never)).rejects.toMatchObject({
      reason: "out_of_memory",
    });
    configure({});
    expect(await runInWorker("parse", text("still here"), never)).toMatchObject({ text: "still here" });
  });

  it("stops when the caller does", async () => {
    configure({});
    const controller = new AbortController();
    const running = runInWorker("chunk", long, controller.signal);
    const waiting = runInWorker("chunk", long, controller.signal);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("enough");
    expect(await runInWorker("parse", text("still here"), never)).toMatchObject({ text: "still here" });
  });

  it("lets what somebody waits for go before ingestion, beside a long task", async () => {
    configure({ PARSE_WORKERS: "1" });
    const stop = new AbortController();
    const slow = runInWorker("chunk", long, stop.signal).catch((error: unknown) => error);
    const order: string[] = [];
    const later = runInWorker("parse", text("ingested"), stop.signal).then(
      () => order.push("ingested"),
      () => order.push("stopped"),
    );
    const urgent = { signal: never, urgency: "now" } as const;
    await Promise.all([
      runInWorker("parse", text("one"), urgent).then(() => order.push("one")),
      runInWorker("parse", text("two"), urgent).then(() => order.push("two")),
    ]);
    expect(order).toEqual(["one", "two"]);
    stop.abort(new Error("enough"));
    expect(await slow).toMatchObject({ message: "enough" });
    await later;
  });

  it("draws the pages of a PDF", async () => {
    configure({});
    const page = { heading: "Report", paragraphs: ["Some text."] };
    const bytes = await makePdf([page, page, page]);
    const pages = await runInWorker("pages", { bytes, maxPages: 2 }, { signal: never, urgency: "now" });
    expect(pages).toHaveLength(2);
    for (const image of pages) {
      const { width, height } = imageSize(image);
      expect([width, height, Buffer.from(image.subarray(0, 3)).toString("hex")]).toEqual([1187, 1536, "ffd8ff"]);
    }
    await expect(
      runInWorker("pages", { bytes: bytes.slice(0, 200), maxPages: 2 }, { signal: never, urgency: "now" }),
    ).rejects.toMatchObject({ reason: "corrupt" });
  });
});
