import { AppError } from "#server/errors";
import { quirksOf } from "#server/providers/openai-compatible/quirks";
import type { Connection, EmbeddingModel, EmbedOptions } from "#server/providers/provider";
import { batchTexts } from "#server/providers/shared/batch-texts";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf } from "#server/providers/shared/json";

const BATCH = { texts: 128, characters: 400_000 };
const BYTES_PER_FLOAT = 4;

function wrongAnswer(connection: Connection, what: string): AppError {
  return new AppError("provider_error", `The provider "${connection.name}" ${what}.`, {
    detail: { provider: connection.name },
  });
}

/** Numbers of one vector: a list, or base64 of little-endian 32-bit floats. */
function readVector(value: unknown): number[] | null {
  if (typeof value === "string") {
    const bytes = Buffer.from(value, "base64");
    if (bytes.length === 0 || bytes.length % BYTES_PER_FLOAT !== 0) return null;
    return Array.from({ length: bytes.length / BYTES_PER_FLOAT }, (_, index) =>
      bytes.readFloatLE(index * BYTES_PER_FLOAT),
    );
  }
  const numbers = listOf(value);
  return numbers.length > 0 && numbers.every((number) => numberOf(number) !== null) ? numbers.map(Number) : null;
}

function readVectors(answer: unknown, count: number, connection: Connection): number[][] {
  const vectors = new Array<number[] | undefined>(count);
  for (const [position, entry] of listOf(objectOf(answer)?.data).entries()) {
    const item = objectOf(entry);
    const vector = readVector(item?.embedding);
    if (vector) vectors[numberOf(item?.index) ?? position] = vector;
  }
  const whole = vectors.filter((vector) => vector !== undefined);
  if (whole.length !== count) throw wrongAnswer(connection, `sent ${whole.length} vectors for ${count} texts`);
  return whole;
}

/**
 * A model behind `POST {base}/embeddings`. `dimensions` is 0 until the first answer unless it was given; answers of
 * another length than that are a `provider_error`. `reduceTo` is asked of the vendor.
 */
export function createEmbeddingModel(
  connection: Connection,
  modelId: string,
  { dimensions: known, reduceTo }: { dimensions?: number; reduceTo?: number } = {},
): EmbeddingModel {
  let dimensions = reduceTo ?? known ?? 0;
  const reduced = reduceTo === undefined ? {} : { dimensions: reduceTo };
  const encoding = quirksOf(connection).base64Embeddings ? "base64" : "float";

  async function embedBatch(texts: string[], { signal, onUsage, user }: EmbedOptions): Promise<number[][]> {
    const answer = await fetchJson({
      connection,
      url: endpoint(connection, "/embeddings"),
      method: "POST",
      headers: requestHeaders(connection),
      body: JSON.stringify({ model: modelId, input: texts, encoding_format: encoding, ...reduced, user }),
      signal,
    });
    const vectors = readVectors(answer, texts.length, connection);
    const tokens = numberOf(objectOf(objectOf(answer)?.usage)?.prompt_tokens);
    if (tokens !== null) onUsage?.(tokens);
    if (dimensions === 0) dimensions = vectors[0]?.length ?? 0;
    const wrong = vectors.find((vector) => vector.length !== dimensions);
    if (wrong) throw wrongAnswer(connection, `sent vectors of ${wrong.length} numbers instead of ${dimensions}`);
    return vectors;
  }

  return {
    modelId,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, options) {
      const vectors: number[][] = [];
      for (const batch of batchTexts(texts, BATCH)) vectors.push(...(await embedBatch(batch, options)));
      return vectors;
    },
  };
}
