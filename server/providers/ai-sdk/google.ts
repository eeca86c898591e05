import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { keyOf } from "#server/providers/ai-sdk/connection-key";
import { googleCapabilities } from "#server/providers/ai-sdk/google-capabilities";
import { createSdkEmbeddingModel, type SdkEmbeddingVendor } from "#server/providers/ai-sdk/sdk-embedding";
import { createSdkImageModel, type SdkImageVendor } from "#server/providers/ai-sdk/sdk-image";
import { createSdkModel, type SdkVendor } from "#server/providers/ai-sdk/sdk-model";
import type { Connection, ModelInfo, ModelRequest, Provider } from "#server/providers/provider";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";

const BASE_URL = "https://generativelanguage.googleapis.com/v1beta";
const MAX_LISTED = 1_000;

/** Key and URL are always given: the package would otherwise read the operator's from the environment. */
async function openPackage(connection: Connection, fetch: typeof globalThis.fetch) {
  const { createGoogle } = await import("@ai-sdk/google");
  return createGoogle({ apiKey: keyOf(connection), baseURL: connection.baseUrl ?? BASE_URL, fetch });
}

/** The package's own options of a request, for Vertex AI too. */
export function googleOptions(request: ModelRequest): NonNullable<LanguageModelV4CallOptions["providerOptions"]> {
  const effort = request.reasoning?.effort ?? null;
  return effort === null || effort === "none" ? {} : { google: { thinkingConfig: { includeThoughts: true } } };
}

const vendor: SdkVendor = {
  capabilities: googleCapabilities,
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).languageModel(modelId),
  options: googleOptions,
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
    headers: { "x-goog-api-key": keyOf(connection) },
    body: null,
    signal,
  });
  return listOf(objectOf(answer)?.models).flatMap(toModelInfo);
}

const embeddings: SdkEmbeddingVendor = {
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).embeddingModel(modelId),
  options: (kind, reduceTo) => ({
    google: {
      taskType: kind === "query" ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT",
      ...(reduceTo === null ? {} : { outputDimensionality: reduceTo }),
    },
  }),
  batch: { texts: 100, characters: Number.POSITIVE_INFINITY },
};

/** Gemini's models that draw are asked for a shape, not for a size. */
const images: SdkImageVendor = {
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).image(modelId),
  takes: new Set(["size", "action"]),
  shape: "aspectRatio",
};

/** Google's Gemini API, through the AI SDK's package. */
export function createGoogleProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(vendor, connection, id),
    embeddingModel: (modelId, options) => createSdkEmbeddingModel(embeddings, { connection, modelId }, options),
    imageModel: (id) => createSdkImageModel(images, connection, id),
    listModels: (signal) => listModels(connection, signal),
  };
}
