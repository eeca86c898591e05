import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import { anthropicOptions } from "#server/providers/ai-sdk/anthropic";
import { awsCredentialOf, awsEndpoint, awsRegionOf } from "#server/providers/ai-sdk/aws-credential";
import { bedrockCapabilities } from "#server/providers/ai-sdk/bedrock-capabilities";
import { listBedrockModels } from "#server/providers/ai-sdk/bedrock-models";
import { createSdkEmbeddingModel, ONE_BY_ONE, type SdkEmbeddingVendor } from "#server/providers/ai-sdk/sdk-embedding";
import { createSdkImageModel, type SdkImageVendor } from "#server/providers/ai-sdk/sdk-image";
import { createSdkModel, type SdkVendor } from "#server/providers/ai-sdk/sdk-model";
import { tellToolUse } from "#server/providers/ai-sdk/tell-tool-use";
import type { Connection, ModelRequest, Provider } from "#server/providers/provider";

const SERVICE_TIERS = ["default", "flex", "priority", "reserved"];
/** Cohere's models take many texts a request, all others one. Source: Bedrock's pages of the models' parameters. */
const COHERE_BATCH = { texts: 96, characters: 200_000 };

/**
 * Everything that the package would otherwise read from the environment is given: region, address and credential,
 * empty where the connection has none, so that no tenant's request carries the operator's.
 */
async function openPackage(connection: Connection, fetch: typeof globalThis.fetch) {
  const credential = awsCredentialOf(connection);
  const region = awsRegionOf(connection);
  const baseURL = connection.baseUrl ?? awsEndpoint("bedrock-runtime", region);
  const { createAmazonBedrock } = await import("@ai-sdk/amazon-bedrock");
  return credential.type === "api_key"
    ? createAmazonBedrock({
        ...{ region, baseURL, fetch, apiKey: credential.apiKey },
        ...{ accessKeyId: "", secretAccessKey: "", sessionToken: "" },
      })
    : createAmazonBedrock({ ...credential, region, baseURL, fetch, apiKey: "" });
}

/** The package's own options of a request; of Anthropic's it takes one, for Claude. */
function optionsOf(request: ModelRequest): SharedV4ProviderOptions {
  const serviceTier = SERVICE_TIERS.find((tier) => tier === request.serviceTier);
  const amazonBedrock = {
    ...(serviceTier === undefined ? {} : { serviceTier }),
    // Structured output closes every object: one of any kind would be empty.
    ...(request.format.type === "json_object" ? { structuredOutputMode: "jsonTool" } : {}),
  };
  return { ...anthropicOptions(request), amazonBedrock };
}

const vendor: SdkVendor = {
  capabilities: bedrockCapabilities,
  needsSchema: true,
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).languageModel(modelId),
  options: optionsOf,
  // Others refuse a request that marks a prefix. Source: Bedrock's page on prompt caching.
  cacheMark: (modelId) =>
    /anthropic\.claude|amazon\.nova/.test(modelId) ? { amazonBedrock: { cachePoint: { type: "default" } } } : null,
  adaptPrompt: tellToolUse,
};

/** What each line of models calls what for the vectors are and how long they are to be. */
const EMBEDDINGS = {
  cohere: (query: boolean, length: number | null) => ({
    inputType: query ? "search_query" : "search_document",
    ...(length === null ? {} : { outputDimension: length }),
  }),
  nova: (query: boolean, length: number | null) => ({
    embeddingPurpose: query ? "TEXT_RETRIEVAL" : "GENERIC_INDEX",
    ...(length === null ? {} : { embeddingDimension: length }),
  }),
  titan: (_query: boolean, length: number | null) => (length === null ? {} : { dimensions: length }),
};

/** Whose line an embedding model is of, as the package tells it. */
function lineOf(modelId: string): keyof typeof EMBEDDINGS {
  if (modelId.includes("cohere.embed-")) return "cohere";
  return modelId.includes("amazon.nova-") ? "nova" : "titan";
}

function embeddingsOf(modelId: string): SdkEmbeddingVendor {
  const line = lineOf(modelId);
  return {
    open: async (connection, id, fetch) => (await openPackage(connection, fetch)).embeddingModel(id),
    options: (kind, reduceTo) => ({ amazonBedrock: EMBEDDINGS[line](kind === "query", reduceTo) }),
    batch: line === "cohere" ? COHERE_BATCH : ONE_BY_ONE,
  };
}

/** Nova Canvas, which takes a size, images and a mask. Source: the package. */
const images: SdkImageVendor = {
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).imageModel(modelId),
  takes: new Set(["size", "action", "input_image_mask"]),
  shape: "size",
};

/** Amazon Bedrock's Converse API, through the AI SDK's package. */
export function createBedrockProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(vendor, connection, id),
    embeddingModel: (modelId, options) =>
      createSdkEmbeddingModel(embeddingsOf(modelId), { connection, modelId }, options),
    imageModel: (id) => createSdkImageModel(images, connection, id),
    listModels: (signal) => listBedrockModels(connection, signal),
  };
}
