import { createHash } from "node:crypto";
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { detachToolFiles } from "#server/providers/ai-sdk/adapt-prompt";
import { keyOf } from "#server/providers/ai-sdk/connection-key";
import { mistralCapabilities } from "#server/providers/ai-sdk/mistral-capabilities";
import { createSdkEmbeddingModel, type SdkEmbeddingVendor } from "#server/providers/ai-sdk/sdk-embedding";
import { createSdkModel, type SdkVendor } from "#server/providers/ai-sdk/sdk-model";
import type { Connection, ModelInfo, Provider } from "#server/providers/provider";
import { requestHeaders } from "#server/providers/shared/endpoint";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";

const BASE_URL = "https://api.mistral.ai/v1";

/** Key and URL are always given: the package would otherwise read the operator's from the environment. */
async function openPackage(connection: Connection, fetch: typeof globalThis.fetch) {
  const { createMistral } = await import("@ai-sdk/mistral");
  return createMistral({ apiKey: keyOf(connection), baseURL: connection.baseUrl ?? BASE_URL, fetch });
}

const OWN_CALL_ID = /^[A-Za-z0-9]{9}$/;

/** Mistral takes ids of nine letters and digits only. Any other gets one that is the same each time. */
function toCallId(id: string): string {
  if (OWN_CALL_ID.test(id)) return id;
  return BigInt(`0x${createHash("sha256").update(id).digest("hex")}`)
    .toString(36)
    .slice(0, 9);
}

function withCallIds(message: LanguageModelV4Message): LanguageModelV4Message {
  const renamed = <Part extends { type: string }>(part: Part): Part =>
    "toolCallId" in part && typeof part.toolCallId === "string"
      ? { ...part, toolCallId: toCallId(part.toolCallId) }
      : part;
  if (message.role === "assistant") return { ...message, content: message.content.map(renamed) };
  if (message.role === "tool") return { ...message, content: message.content.map(renamed) };
  return message;
}

/** Stands where Mistral wants the assistant to speak: it takes no user's message right after a tool's (code 3230). */
const BRIDGE: LanguageModelV4Message = { role: "assistant", content: [{ type: "text", text: "OK." }] };

function adaptPrompt(prompt: LanguageModelV4Message[]): LanguageModelV4Message[] {
  return detachToolFiles(prompt)
    .map(withCallIds)
    .flatMap((message, index, all) =>
      message.role === "user" && all[index - 1]?.role === "tool" ? [BRIDGE, message] : [message],
    );
}

const vendor: SdkVendor = {
  capabilities: mistralCapabilities,
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).languageModel(modelId),
  options: ({ format, parallelToolCalls, promptCacheKey }) => ({
    mistral: {
      ...(format.type === "json_schema" ? { strictJsonSchema: format.strict } : {}),
      ...(parallelToolCalls ? {} : { parallelToolCalls: false }),
      ...(promptCacheKey === null ? {} : { promptCacheKey }),
    },
  }),
  rawReasoning: true,
  adaptPrompt,
};

/** A request may hold 16,384 tokens ("Too many tokens overall, split into more batches"): two characters each at worst. */
const embeddings: SdkEmbeddingVendor = {
  open: async (connection, modelId, fetch) => (await openPackage(connection, fetch)).embeddingModel(modelId),
  options: (_kind, reduceTo) => ({ mistral: reduceTo === null ? {} : { outputDimension: reduceTo } }),
  batch: { texts: 32, characters: 32_000 },
};

function kindOf(id: string, capabilities: JsonObject): ModelInfo["kind"] {
  if (/embed/.test(id)) return "embedding";
  return capabilities.completion_chat === true ? "language" : "unknown";
}

function toModelInfo(entry: unknown): ModelInfo[] {
  const model = objectOf(entry);
  const id = stringOf(model?.id);
  if (!model || id === null) return [];
  const capabilities = objectOf(model.capabilities) ?? {};
  const kind = kindOf(id, capabilities);
  const window = numberOf(model.max_context_length);
  const input = ["text", ...(capabilities.vision === true ? ["image"] : [])];
  return [
    {
      id,
      ownedBy: stringOf(model.owned_by) ?? "mistralai",
      created: Math.floor(numberOf(model.created) ?? 0),
      kind,
      ...(window === null ? {} : { contextWindow: window }),
      ...(kind === "language" ? { modalities: { input, output: ["text"] } } : {}),
    },
  ];
}

async function listModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const answer = await fetchJson({
    connection,
    url: `${(connection.baseUrl ?? BASE_URL).replace(/\/+$/, "")}/models`,
    method: "GET",
    headers: requestHeaders({ ...connection, apiKey: keyOf(connection) }),
    body: null,
    signal,
  });
  return listOf(objectOf(answer)?.data).flatMap(toModelInfo);
}

/** Mistral's chat completions and embeddings, through the AI SDK's package. */
export function createMistralProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createSdkModel(vendor, connection, id),
    embeddingModel: (modelId, options) => createSdkEmbeddingModel(embeddings, { connection, modelId }, options),
    listModels: (signal) => listModels(connection, signal),
  };
}
