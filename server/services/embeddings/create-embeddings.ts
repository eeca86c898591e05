import { toAppError } from "#server/errors";
import { type EmbeddingInput, parseCreateEmbeddings } from "#server/protocol/embeddings";
import type { ServiceContext } from "#server/services/context";
import { decodeTokens } from "#server/services/embeddings/decode-tokens";
import { embedCounted } from "#server/services/models/embed-counted";
import { openEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import type { RoutedEmbeddingModel } from "#server/services/models/route-embedding-model";
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
  /** 1, and one more for each place that failed. */
  attempts: number;
  /** As the provider counts; about, where it does not. */
  tokens: number;
  /** Milliseconds spent waiting for the model. */
  upstreamMs: number;
}

async function textsOf(input: EmbeddingInput, modelId: string): Promise<string[]> {
  return input.type === "texts" ? input.texts : decodeTokens(modelId, input.tokens);
}

/** The vectors and the tokens they took, under a span of their own. */
async function embed(
  ctx: ServiceContext,
  model: RoutedEmbeddingModel,
  asked: { texts: string[]; user: string | null },
) {
  const { texts, user } = asked;
  const span = ctx.trace.startSpan({
    name: `embeddings ${model.modelId}`,
    kind: "model",
    attributes: { provider: model.serving.connection.name, model: model.modelId, inputs: texts.length },
  });
  try {
    const { vectors, usage, costUsd, served } = await embedCounted(model, texts, {
      signal: ctx.signal,
      kind: "document",
      ...(user === null ? {} : { user }),
    });
    const { inputTokens: tokens } = usage;
    const provider = served.connection.name;
    span.set({ provider, inputTokens: tokens, costUsd, dimensions: vectors[0]?.length ?? 0 });
    ctx.trace.set({ ...usage, costUsd, servedModel: served.name, provider });
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
  const model = await openEmbeddingModel({
    ctx,
    input: { model: request.model, providerHeader, providerApiKey, reduceTo: request.dimensions },
  });
  ctx.trace.set({ servedModel: model.serving.name, provider: model.serving.connection.name });
  const texts = await textsOf(request.input, model.serving.modelId);
  ctx.trace.set({ inputPreview: previewOfText(texts[0] ?? "") });
  const from = performance.now();
  const { vectors, tokens } = await embed(ctx, model, { texts, user: request.user });
  const upstreamMs = performance.now() - from;
  const { name, connection } = model.serving;
  const served = { provider: connection.name, name };
  return { vectors, format: request.format, model: served, attempts: model.attempts, tokens, upstreamMs };
}
