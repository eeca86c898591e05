import { anthropicCapabilities } from "#server/providers/ai-sdk/anthropic-capabilities";
import { keyOf } from "#server/providers/ai-sdk/connection-key";
import { createSdkModel, type SdkVendor } from "#server/providers/ai-sdk/sdk-model";
import type { Connection, ModelInfo, Provider } from "#server/providers/provider";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";

const BASE_URL = "https://api.anthropic.com/v1";
const API_VERSION = "2023-06-01";
const MAX_LISTED = 1_000;

/** The package's own options of a request, also where Claude is served by somebody else. */
export const anthropicOptions: SdkVendor["options"] = (request) => ({
  anthropic: {
    ...(request.parallelToolCalls ? {} : { disableParallelToolUse: true }),
    ...(request.safetyIdentifier === null ? {} : { metadata: { userId: request.safetyIdentifier } }),
  },
});

/** Ends a prefix for Claude's cache to keep, for as long as its vendor does by default. */
export const anthropicCacheMark: SdkVendor["cacheMark"] = () => ({
  anthropic: { cacheControl: { type: "ephemeral" } },
});

const vendor: SdkVendor = {
  capabilities: anthropicCapabilities,
  async open(connection, modelId, fetch) {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    // Key and URL are always given: the package would otherwise read the operator's from the environment.
    const settings = { apiKey: keyOf(connection), baseURL: connection.baseUrl ?? BASE_URL, fetch };
    return createAnthropic(settings).languageModel(modelId);
  },
  needsSchema: true,
  options: anthropicOptions,
  cacheMark: anthropicCacheMark,
};

function toModelInfo(entry: unknown): ModelInfo[] {
  const model = objectOf(entry);
  const id = stringOf(model?.id);
  if (!model || id === null) return [];
  const created = Date.parse(stringOf(model.created_at) ?? "");
  const window = numberOf(model.max_input_tokens);
  const mostOutput = numberOf(model.max_tokens);
  return [
    {
      id,
      ownedBy: "anthropic",
      created: Number.isNaN(created) ? 0 : Math.floor(created / 1000),
      kind: "language",
      ...(window === null ? {} : { contextWindow: window }),
      ...(mostOutput === null ? {} : { maxOutputTokens: mostOutput }),
    },
  ];
}

async function listModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const answer = await fetchJson({
    connection,
    url: `${(connection.baseUrl ?? BASE_URL).replace(/\/+$/, "")}/models?limit=${MAX_LISTED}`,
    method: "GET",
    headers: { "x-api-key": keyOf(connection), "anthropic-version": API_VERSION },
    body: null,
    signal,
  });
  return listOf(objectOf(answer)?.data).flatMap(toModelInfo);
}

/** Anthropic's Messages API, through the AI SDK's package. */
export function createAnthropicProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(vendor, connection, id),
    listModels: (signal) => listModels(connection, signal),
  };
}
