import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { AppError } from "#server/errors";
import { detachToolFiles } from "#server/providers/ai-sdk/adapt-prompt";
import { cohereCapabilities } from "#server/providers/ai-sdk/cohere-capabilities";
import { completeCohereBody, readCohereEvent } from "#server/providers/ai-sdk/cohere-wire";
import { keyOf } from "#server/providers/ai-sdk/connection-key";
import { createSdkEmbeddingModel, type SdkEmbeddingVendor } from "#server/providers/ai-sdk/sdk-embedding";
import { createSdkModel, type SdkVendor } from "#server/providers/ai-sdk/sdk-model";
import type { Connection, ModelInfo, ModelRequest, Provider } from "#server/providers/provider";
import { requestHeaders } from "#server/providers/shared/endpoint";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";
import { createRerankModel } from "#server/providers/shared/rerank-model";

const BASE_URL = "https://api.cohere.com/v2";
const PAGE_SIZE = 1_000;
const MAX_PAGES = 10;
const VECTOR_LENGTHS = [256, 512, 1024, 1536];

/** Key and URL are always given: the package would otherwise read the operator's from the environment. */
async function openPackage(connection: Connection, fetch: typeof globalThis.fetch) {
  const { createCohere } = await import("@ai-sdk/cohere");
  return createCohere({ apiKey: keyOf(connection), baseURL: connection.baseUrl ?? BASE_URL, fetch });
}

function refuse(connection: Connection, param: string, what: string): AppError {
  return new AppError("unsupported_parameter", `The provider "${connection.name}" takes ${what}.`, {
    param,
    detail: { provider: connection.name },
  });
}

/** Throws for what Cohere's API has no place for. */
function adaptPrompt(
  prompt: LanguageModelV4Message[],
  { format, tools }: ModelRequest,
  connection: Connection,
): LanguageModelV4Message[] {
  const adapted = detachToolFiles(prompt);
  if (format.type === "text" || tools.length === 0) return adapted;
  throw refuse(connection, "text.format", "no JSON format beside tools");
}

const vendor: SdkVendor = {
  capabilities: cohereCapabilities,
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).languageModel(modelId),
  options: () => ({}),
  rawReasoning: true,
  adaptPrompt,
  completeBody: completeCohereBody,
  readRaw: readCohereEvent,
};

const embeddings: SdkEmbeddingVendor = {
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).embeddingModel(modelId),
  options(kind, reduceTo) {
    if (reduceTo !== null && !VECTOR_LENGTHS.includes(reduceTo)) {
      const allowed = VECTOR_LENGTHS.join(", ");
      throw new AppError("invalid_value", `"dimensions" is ${reduceTo}. Cohere's vectors can have ${allowed}.`, {
        param: "dimensions",
      });
    }
    const inputType = kind === "query" ? "search_query" : "search_document";
    return { cohere: { inputType, ...(reduceTo === null ? {} : { outputDimension: reduceTo }) } };
  },
  batch: { texts: 96, characters: Number.POSITIVE_INFINITY },
};

function toModelInfo(entry: unknown): ModelInfo[] {
  const model = objectOf(entry);
  const id = stringOf(model?.name);
  if (!model || id === null || model.is_deprecated === true) return [];
  const endpoints = listOf(model.endpoints);
  const speaks = endpoints.includes("chat") ? "language" : "unknown";
  const kind = endpoints.includes("embed") ? "embedding" : speaks;
  const window = numberOf(model.context_length);
  const input = ["text", ...(listOf(model.features).includes("vision") ? ["image"] : [])];
  return [
    {
      id,
      ownedBy: "cohere",
      created: 0,
      kind,
      ...(window === null || window === 0 ? {} : { contextWindow: window }),
      ...(kind === "language" ? { modalities: { input, output: ["text"] } } : {}),
    },
  ];
}

/** Only version 1 of the API lists models. */
function listUrl(connection: Connection, page: string): string {
  const base = (connection.baseUrl ?? BASE_URL).replace(/\/+$/, "").replace(/\/v2$/, "/v1");
  const token = page === "" ? "" : `&page_token=${encodeURIComponent(page)}`;
  return `${base}/models?page_size=${PAGE_SIZE}${token}`;
}

async function listModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const headers = requestHeaders({ ...connection, apiKey: keyOf(connection) });
  const models: ModelInfo[] = [];
  let page = "";
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const url = listUrl(connection, page);
    const answer = objectOf(await fetchJson({ connection, url, method: "GET", headers, body: null, signal }));
    models.push(...listOf(answer?.models).flatMap(toModelInfo));
    page = stringOf(answer?.next_page_token) ?? "";
    if (page === "") break;
  }
  return models;
}

/** Cohere's Chat and Embed APIs (v2), through the AI SDK's package. */
export function createCohereProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(vendor, connection, id),
    embeddingModel: (modelId, options) => createSdkEmbeddingModel(embeddings, { connection, modelId }, options),
    rerankModel: (id) => createRerankModel({ ...connection, baseUrl: connection.baseUrl ?? BASE_URL }, id),
    listModels: (signal) => listModels(connection, signal),
  };
}
