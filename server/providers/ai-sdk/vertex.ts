import type { LanguageModelV4 } from "@ai-sdk/provider";
import { AppError } from "#server/errors";
import { anthropicCacheMark, anthropicOptions } from "#server/providers/ai-sdk/anthropic";
import { googleOptions } from "#server/providers/ai-sdk/google";
import { createSdkEmbeddingModel, ONE_BY_ONE, type SdkEmbeddingVendor } from "#server/providers/ai-sdk/sdk-embedding";
import { createSdkImageModel, type SdkImageVendor } from "#server/providers/ai-sdk/sdk-image";
import { createSdkModel, type SdkVendor } from "#server/providers/ai-sdk/sdk-model";
import { vertexCapabilities, vertexClaudeCapabilities } from "#server/providers/ai-sdk/vertex-capabilities";
import { authorizationOf, type VertexCredential, vertexCredentialOf } from "#server/providers/ai-sdk/vertex-credential";
import { listVertexModels } from "#server/providers/ai-sdk/vertex-models";
import { openVertexPlace, type VertexPlace } from "#server/providers/ai-sdk/vertex-place";
import type { Connection, Provider } from "#server/providers/provider";

/** Stands where the package wants a key; what is sent is the connection's own. */
const KEY_PLACE = "of-the-connection";
/** Of most models 20,000 tokens a request; Gemini's take one text. Source: Vertex AI's "Get text embeddings". */
const BATCH = { texts: 250, characters: 20_000 };

type Fetch = typeof globalThis.fetch;

/** The package fetches tokens past our way out, so requests are authorized here instead. */
function authorizing(credential: VertexCredential, fetch: Fetch): Fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.delete("x-goog-api-key");
    headers.delete("authorization");
    for (const [name, value] of Object.entries(authorizationOf(credential))) headers.set(name, value);
    return fetch(input, { ...init, headers });
  };
}

function placeOf(connection: Connection): { credential: VertexCredential; place: VertexPlace } {
  const credential = vertexCredentialOf(connection);
  return { credential, place: openVertexPlace(connection, credential) };
}

/** All that the package would otherwise read from the environment is given: key, project, location and address. */
async function openGoogle(connection: Connection, fetch: Fetch) {
  const { credential, place } = placeOf(connection);
  const { createGoogleVertex } = await import("@ai-sdk/google-vertex/edge");
  return createGoogleVertex({
    ...{ apiKey: KEY_PLACE, project: place.project ?? "", location: place.location },
    ...{ baseURL: `${place.url}/publishers/google`, fetch: authorizing(credential, fetch) },
  });
}

async function openClaude(connection: Connection, modelId: string, fetch: Fetch): Promise<LanguageModelV4> {
  const { credential, place } = placeOf(connection);
  if (place.project === null) {
    const message = `The connection "${connection.name}" has no project, which Claude on Vertex AI needs: use a service account.`;
    throw new AppError("invalid_request", message, { param: "model", detail: { provider: connection.name } });
  }
  const { createGoogleVertexAnthropic } = await import("@ai-sdk/google-vertex/anthropic/edge");
  return createGoogleVertexAnthropic({
    ...{ project: place.project, location: place.location, generateAuthToken: async () => KEY_PLACE },
    ...{ baseURL: `${place.url}/publishers/anthropic/models`, fetch: authorizing(credential, fetch) },
  }).languageModel(modelId);
}

const gemini: SdkVendor = {
  capabilities: vertexCapabilities,
  open: async (connection, modelId, fetch) => (await openGoogle(connection, fetch)).languageModel(modelId),
  options: googleOptions,
};

const claude: SdkVendor = {
  capabilities: vertexClaudeCapabilities,
  needsSchema: true,
  open: openClaude,
  options: anthropicOptions,
  cacheMark: anthropicCacheMark,
};

function embeddingsOf(modelId: string): SdkEmbeddingVendor {
  return {
    open: async (connection, id, fetch) => (await openGoogle(connection, fetch)).textEmbeddingModel(id),
    options: (kind, reduceTo) => ({
      googleVertex: {
        taskType: kind === "query" ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT",
        ...(reduceTo === null ? {} : { outputDimensionality: reduceTo }),
      },
    }),
    batch: modelId.startsWith("gemini-embedding") ? ONE_BY_ONE : BATCH,
  };
}

const images: SdkImageVendor = {
  open: async (connection, modelId, fetch) => (await openGoogle(connection, fetch)).imageModel(modelId),
  takes: new Set(["size", "action"]),
  shape: "aspectRatio",
};

/** Gemini and Claude on Google Vertex AI, through the AI SDK's package. */
export function createVertexProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(id.startsWith("claude-") ? claude : gemini, connection, id),
    embeddingModel: (modelId, options) =>
      createSdkEmbeddingModel(embeddingsOf(modelId), { connection, modelId }, options),
    imageModel: (id) => createSdkImageModel(images, connection, id),
    listModels: (signal) => listVertexModels(connection, signal),
  };
}
