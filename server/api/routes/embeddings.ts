import { answerJsonText } from "#server/api/answer";
import type { ApiHandler } from "#server/api/route";
import { letGo, noteRun, openHold, readRunBody, runHeadersOf } from "#server/api/run-hold";
import {
  type CreatedEmbeddings,
  createEmbeddings as createEmbeddingsService,
} from "#server/services/embeddings/create-embeddings";

const BYTES_PER_FLOAT = 4;
const YIELD_EVERY = 64;

/** One vector as JSON: numbers, or base64 of little-endian 32-bit floats. */
function writeVector(vector: readonly number[], format: "float" | "base64"): string {
  if (format === "float") return JSON.stringify(vector);
  const bytes = Buffer.allocUnsafe(vector.length * BYTES_PER_FLOAT);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * BYTES_PER_FLOAT);
  return `"${bytes.toString("base64")}"`;
}

/** The answer as text, made a piece at a time: millions of numbers at once would hold up every other request. */
async function writeAnswer({ vectors, format, model, tokens }: CreatedEmbeddings): Promise<string> {
  const data: string[] = [];
  for (const [index, vector] of vectors.entries()) {
    if (index % YIELD_EVERY === YIELD_EVERY - 1) await new Promise(setImmediate);
    data.push(`{"object":"embedding","index":${index},"embedding":${writeVector(vector, format)}}`);
  }
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return `{"object":"list","data":[${data.join(",")}],"model":${JSON.stringify(model.name)},"usage":${JSON.stringify(usage)}}`;
}

/** `POST /v1/embeddings` */
export const createEmbeddings: ApiHandler = async (request) => {
  const hold = openHold();
  try {
    const body = await readRunBody(request, hold);
    const { providerHeader, providerApiKey } = runHeadersOf(request);
    const made = await createEmbeddingsService({ ctx: request.ctx, input: { body, providerHeader, providerApiKey } });
    hold.allowance?.settle(made.tokens);
    const { model, attempts, upstreamMs } = made;
    noteRun(request, { model: () => model, attempts: () => attempts, upstreamMs: () => upstreamMs });
    return answerJsonText(request, 200, await writeAnswer(made));
  } finally {
    letGo(hold);
  }
};
