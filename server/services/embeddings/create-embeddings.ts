import { AppError, toAppError } from "#server/errors";
import { type EmbeddingInput, parseCreateEmbeddings } from "#server/protocol/embeddings";
import type { EmbeddingModel } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { decodeTokens } from "#server/services/embeddings/decode-tokens";
import { priceOf } from "#server/services/models/price";
import { type LocatedModel, locateModel } from "#server/services/models/resolve-model";
import { previewOfText } from "#server/services/responses/trace-facts";

export interface CreateEmbeddingsInput {
  /** The parsed JSON body, as it came. */
  body: unknown;
  /** `x-model-provider`. */
  providerHeader: string | null;
  /** `x-provider-api-key`: used for this request, kept nowhere. */
  providerApiKey: string | null;
}

export interface CreatedEmbeddings {
  vectors: number[][];
  format: "float" | "base64";
  /** Which connection and model made them. */
  model: { provider: string; name: string };
  /** As the provider counts; about, where it does not. */
  tokens: number;
  /** Milliseconds spent waiting for the model. */
  upstreamMs: number;
}

const CHARACTERS_PER_TOKEN = 4;

function openModel({ target, name }: LocatedModel, dimensions: number | null): EmbeddingModel {
  const provider = createProvider(target.connection);
  if (provider.embeddingModel) {
    return provider.embeddingModel(target.modelId, dimensions === null ? {} : { reduceTo: dimensions });
  }
  const message = `The model '${name}' makes no embeddings: its provider "${target.connection.name}" has none.`;
  throw new AppError("model_not_found", message, { param: "model" });
}

async function textsOf(input: EmbeddingInput, modelId: string): Promise<string[]> {
  return input.type === "texts" ? input.texts : decodeTokens(modelId, input.tokens);
}

/** The vectors and the tokens they took, under a span of their own. */
async function embed(
  ctx: ServiceContext,
  located: LocatedModel,
  { model, texts }: { model: EmbeddingModel; texts: string[] },
) {
  const { connection, modelId } = located.target;
  const span = ctx.trace.startSpan({
    name: `embeddings ${modelId}`,
    kind: "model",
    attributes: { provider: connection.name, model: modelId, inputs: texts.length },
  });
  let reported: number | null = null;
  const onUsage = (tokens: number) => {
    reported = (reported ?? 0) + tokens;
  };
  try {
    const vectors = await model.embed(texts, { signal: ctx.signal, kind: "document", onUsage });
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    const tokens = reported ?? Math.ceil(characters / CHARACTERS_PER_TOKEN);
    const usage = { inputTokens: tokens, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    const costUsd = priceOf(connection, modelId, usage);
    span.set({ inputTokens: tokens, costUsd, dimensions: vectors[0]?.length ?? 0 });
    ctx.trace.set({ ...usage, costUsd });
    span.end();
    return { vectors, tokens };
  } catch (error) {
    const { code, message } = toAppError(error);
    span.end({ status: ctx.signal.aborted ? "cancelled" : "error", error: { code, message } });
    throw error;
  }
}

/**
 * Embeds the texts of a request with the model it names, found as language models are.
 * @throws AppError for a request that cannot be served, and what the provider throws
 */
export async function createEmbeddings({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CreateEmbeddingsInput;
}): Promise<CreatedEmbeddings> {
  const request = parseCreateEmbeddings(input.body);
  ctx.trace.content({ request: input.body });
  ctx.trace.set({ requestedModel: request.model });
  const { providerHeader, providerApiKey } = input;
  const located = await locateModel({ ctx, input: { model: request.model, providerHeader, providerApiKey } });
  const { connection, modelId } = located.target;
  const served = `${connection.name}/${modelId}`;
  ctx.trace.set({ servedModel: served, provider: connection.name });
  const model = openModel(located, request.dimensions);
  const texts = await textsOf(request.input, modelId);
  ctx.trace.set({ inputPreview: previewOfText(texts[0] ?? "") });
  const from = performance.now();
  const { vectors, tokens } = await embed(ctx, located, { model, texts });
  const upstreamMs = performance.now() - from;
  return { vectors, format: request.format, model: { provider: connection.name, name: served }, tokens, upstreamMs };
}
