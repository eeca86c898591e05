import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { createSdkFetch } from "#server/providers/ai-sdk/sdk-fetch";
import { createSdkModel, type SdkVendor, toSdkError } from "#server/providers/ai-sdk/sdk-model";
import type { Connection, EmbeddingModel, ModelInfo, ModelRequest, Provider } from "#server/providers/provider";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";

const BASE_URL = "https://generativelanguage.googleapis.com/v1beta";
const MAX_LISTED = 1_000;
const MAX_BATCH = 100;

/** Key and URL are always given: the package would otherwise read the operator's from the environment. */
async function openPackage(connection: Connection, fetch: typeof globalThis.fetch) {
  const { createGoogle } = await import("@ai-sdk/google");
  return createGoogle({ apiKey: connection.apiKey ?? "", baseURL: connection.baseUrl ?? BASE_URL, fetch });
}

function optionsOf(request: ModelRequest): NonNullable<LanguageModelV4CallOptions["providerOptions"]> {
  const effort = request.reasoning?.effort ?? null;
  return effort === null || effort === "none" ? {} : { google: { thinkingConfig: { includeThoughts: true } } };
}

const vendor: SdkVendor = {
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).languageModel(modelId),
  options: optionsOf,
};

function toModelInfo(entry: unknown): ModelInfo[] {
  const model = objectOf(entry);
  const name = stringOf(model?.name);
  if (!model || name === null) return [];
  const methods = listOf(model.supportedGenerationMethods);
  const speaks = methods.includes("generateContent") ? "language" : "unknown";
  const window = numberOf(model.inputTokenLimit);
  const mostOutput = numberOf(model.outputTokenLimit);
  return [
    {
      id: name.replace(/^models\//, ""),
      ownedBy: "google",
      created: 0,
      kind: methods.includes("embedContent") ? "embedding" : speaks,
      ...(window === null ? {} : { contextWindow: window }),
      ...(mostOutput === null ? {} : { maxOutputTokens: mostOutput }),
    },
  ];
}

async function listModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const answer = await fetchJson({
    connection,
    url: `${(connection.baseUrl ?? BASE_URL).replace(/\/+$/, "")}/models?pageSize=${MAX_LISTED}`,
    method: "GET",
    headers: { "x-goog-api-key": connection.apiKey ?? "" },
    body: null,
    signal,
  });
  return listOf(objectOf(answer)?.models).flatMap(toModelInfo);
}

function createEmbeddingModel(
  connection: Connection,
  modelId: string,
  { dimensions: known, reduceTo }: { dimensions?: number; reduceTo?: number } = {},
): EmbeddingModel {
  let dimensions = reduceTo ?? known ?? 0;
  const reduced = reduceTo === undefined ? {} : { outputDimensionality: reduceTo };
  return {
    modelId,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, { signal, kind, onUsage }) {
      const taskType = kind === "query" ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT";
      const vectors: number[][] = [];
      try {
        const google = await openPackage(connection, createSdkFetch(connection, { signal }));
        for (let start = 0; start < texts.length; start += MAX_BATCH) {
          const values = texts.slice(start, start + MAX_BATCH);
          const answer = await google
            .embeddingModel(modelId)
            .doEmbed({ values, abortSignal: signal, providerOptions: { google: { taskType, ...reduced } } });
          vectors.push(...answer.embeddings);
          if (answer.usage) onUsage?.(answer.usage.tokens);
        }
      } catch (error) {
        throw toSdkError(error, connection, signal);
      }
      if (dimensions === 0) dimensions = vectors[0]?.length ?? 0;
      return vectors;
    },
  };
}

/** Google's Gemini API, through the AI SDK's package. */
export function createGoogleProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(vendor, connection, id),
    embeddingModel: (id, options) => createEmbeddingModel(connection, id, options),
    listModels: (signal) => listModels(connection, signal),
  };
}
