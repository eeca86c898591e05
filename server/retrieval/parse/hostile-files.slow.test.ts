import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { runInWorker, stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import { HOSTILE_FILES } from "#tests/support/hostile-files";
import { exponentialPdf } from "#tests/support/hostile-pdf";

const never = new AbortController().signal;

/** How a file ends that is read and cut as ingestion does. */
async function outcomeOf(filename: string, content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    const document = await runInWorker("parse", { bytes, filename }, never);
    const sizes = { maxChunkSizeTokens: 400, chunkOverlapTokens: 0, maxDocumentTokens: 5_000_000 };
    await runInWorker("chunk", { document, options: { filename, ...sizes } }, never);
    return "read";
  } catch (error) {
    if (error instanceof Error && "reason" in error) return String(error.reason);
    throw error;
  }
}

describe("hostile files", () => {
  beforeAll(() => setConfig(parseConfig({ LOG_LEVEL: "silent" })));
  afterAll(() => stopReadWorkers());

  it.each(HOSTILE_FILES)("$name", async ({ filename, make, ends }) => {
    const outcome = await outcomeOf(filename, make());
    expect(typeof ends === "string" ? [ends] : ends).toContain(outcome);
  });

  it("pdf: forms that draw forms, ten to the power of twelve, end with the time allowed", async () => {
    setConfig(parseConfig({ LOG_LEVEL: "silent", PARSE_TIMEOUT_SECONDS: "2" }));
    expect(await outcomeOf("a.pdf", exponentialPdf(12))).toBe("timed_out");
  });
});
