import { calcPrice, findProvider, type ModelPrice } from "@pydantic/genai-prices";
import { LRUCache } from "lru-cache";
import type { Connection, ModelInfo, ModelModalities, ModelUsage } from "#server/providers/provider";
import { runsInside } from "#server/providers/registry";
import { openAiSpecOf } from "#server/services/models/openai-specs";

/** What a million tokens cost, in US dollars. Tiered prices are those of the first tier. */
export interface ModelPrices {
  input: number;
  cachedInput: number;
  /** 0 for models that give no tokens. */
  output: number;
}

/** What is known of a model beside its name; null where nobody says. */
export interface ModelFacts {
  /** In tokens. */
  contextWindow: number | null;
  maxOutputTokens: number | null;
  modalities: ModelModalities | null;
  prices: ModelPrices | null;
}

/** Names of the price table for vendors that are known by their kind alone. */
const PRICED_KINDS: Partial<Record<string, string>> = {
  anthropic: "anthropic",
  google: "google",
  mistral: "mistral",
  cohere: "cohere",
  vertex: "google",
  bedrock: "aws",
};
const FREE: ModelPrices = { input: 0, cachedInput: 0, output: 0 };

/** By base URL: the table is searched address by address, which costs more than all else that a price needs. */
const providers = new LRUCache<string, { id: string | null }>({ max: 1_000 });
const tabled = new LRUCache<string, ModelFacts>({ max: 1_000 });

/** The price table's provider of a connection: by kind, or by the address it really goes to. Null: nobody's prices. */
function priceProviderOf(connection: Connection): string | null {
  const byKind = PRICED_KINDS[connection.kind];
  if (byKind !== undefined) return byKind;
  if (connection.kind !== "openai-compatible" || connection.baseUrl === null) return null;
  const known = providers.get(connection.baseUrl);
  if (known) return known.id;
  const id = findProvider({ providerApiUrl: connection.baseUrl })?.id ?? null;
  providers.set(connection.baseUrl, { id });
  return id;
}

/**
 * US dollars for a call, from the bundled price table. The built-in models cost nothing; null means unpriced: a server
 * of one's own, or a model that the table does not know.
 */
export function priceOf(connection: Connection, modelId: string, usage: ModelUsage): number | null {
  if (runsInside(connection.kind)) return 0;
  const providerId = priceProviderOf(connection);
  if (providerId === null) return null;
  const counts = {
    input_tokens: usage.inputTokens,
    cache_read_tokens: Math.min(usage.cachedTokens, usage.inputTokens),
    output_tokens: usage.outputTokens,
  };
  try {
    return calcPrice(counts, modelId, { providerId })?.total_price ?? null;
  } catch {
    // The table throws for counts that a model has no price for.
    return null;
  }
}

/** Tokens of an image; of the input's, those that are of images. */
export type ImageTokens = Pick<ModelUsage, "inputTokens" | "outputTokens"> & { imageInputTokens?: number };

/**
 * US dollars for an image with the tokens that its model reports. null: it reports none, or is unpriced as in
 * {@link priceOf}.
 */
export function priceOfImage(connection: Connection, modelId: string, usage: ImageTokens | null): number | null {
  if (runsInside(connection.kind)) return 0;
  const providerId = priceProviderOf(connection);
  if (providerId === null || usage === null || usage.outputTokens === 0) return null;
  const { inputTokens, imageInputTokens = 0, outputTokens } = usage;
  const counts = {
    ...{ input_tokens: inputTokens, input_image_tokens: Math.min(imageInputTokens, inputTokens) },
    ...{ output_tokens: outputTokens, output_image_tokens: outputTokens },
  };
  try {
    return calcPrice(counts, modelId, { providerId })?.total_price ?? null;
  } catch {
    return null;
  }
}

/**
 * What is known of a model without asking anybody: the vendor's own list goes before the tables that this server
 * carries (OpenAI's published limits, the price table).
 */
export function factsOf(connection: Connection, modelId: string, listed: ModelInfo | null): ModelFacts {
  const facts = tabledFacts(connection, modelId);
  return {
    contextWindow: listed?.contextWindow ?? facts.contextWindow,
    maxOutputTokens: listed?.maxOutputTokens ?? facts.maxOutputTokens,
    modalities: listed?.modalities ?? facts.modalities,
    prices: facts.prices,
  };
}

function tabledFacts(connection: Connection, modelId: string): ModelFacts {
  const key = `${connection.kind} ${connection.baseUrl ?? ""} ${modelId}`;
  const known = tabled.get(key);
  if (known) return known;
  const provider = priceProviderOf(connection);
  const entry = priceEntryOf(provider, modelId);
  const spec = openAiSpecOf(provider, modelId);
  const facts: ModelFacts = {
    contextWindow: spec?.context_window ?? entry?.contextWindow ?? null,
    maxOutputTokens: spec?.max_output_tokens ?? null,
    modalities: spec?.modalities ?? vendorModalities(connection.kind, modelId),
    prices: runsInside(connection.kind) ? FREE : (entry?.prices ?? null),
  };
  tabled.set(key, facts);
  return facts;
}

const READS: ModelModalities = { input: ["text"], output: ["text"] };
const SEES: ModelModalities = { input: ["text", "image"], output: ["text"] };
const SEES_AND_HEARS: ModelModalities = { input: ["text", "image", "audio", "video"], output: ["text"] };

/**
 * What every model of a vendor's line takes; null for others. Sources: Anthropic's "Models overview" (vision since
 * Claude 3), Google's "Gemini models", Cohere's "Models".
 */
function vendorModalities(kind: string, modelId: string): ModelModalities | null {
  if (kind === "builtin") return READS;
  if ((kind === "anthropic" || kind === "vertex") && /^claude-(?!2|instant)/.test(modelId)) return SEES;
  if (kind === "cohere" && /^(command-|c4ai-)/.test(modelId)) return /vision/.test(modelId) ? SEES : READS;
  if ((kind === "google" || kind === "vertex") && /^gemini-(?!embedding|1\.0)(?!.*(image|tts|live))/.test(modelId))
    return SEES_AND_HEARS;
  return null;
}

function priceEntryOf(
  providerId: string | null,
  modelId: string,
): { contextWindow: number | null; prices: ModelPrices | null } | null {
  if (providerId === null) return null;
  try {
    const entry = calcPrice({ input_tokens: 0, output_tokens: 0 }, modelId, { providerId });
    return entry && { contextWindow: entry.model.context_window ?? null, prices: toPrices(entry.model_price) };
  } catch {
    return null;
  }
}

function toPrices(price: ModelPrice): ModelPrices | null {
  const input = firstTier(price.input_mtok);
  if (input === null) return null;
  return { input, cachedInput: firstTier(price.cache_read_mtok) ?? input, output: firstTier(price.output_mtok) ?? 0 };
}

function firstTier(price: ModelPrice[string]): number | null {
  return typeof price === "object" ? price.base : (price ?? null);
}
