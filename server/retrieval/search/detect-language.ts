import { runInWorker } from "#server/retrieval/parse/worker-pool";

const SAMPLE_CHARS = 20_000;

/**
 * Postgres's text search configuration for the words of a document, found by its language in a parse worker: the tables
 * for that are large. `texts` are its passages, in order.
 * @throws AppError when the server stops, and the signal's reason
 */
export function detectTextConfiguration(texts: readonly string[], signal: AbortSignal): Promise<string> {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  return runInWorker("language", { sample: beginningOf(texts), length }, signal);
}

/** Only what is looked at is joined: a document may be of 50 MB. */
function beginningOf(texts: readonly string[]): string {
  let sample = "";
  for (const text of texts) {
    if (sample.length >= SAMPLE_CHARS) break;
    sample += `${text}\n`;
  }
  return sample.slice(0, SAMPLE_CHARS);
}
