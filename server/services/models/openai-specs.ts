import * as specs from "gpt-tokenizer/models";
import type { ModelModalities } from "#server/providers/provider";

/** What the tokenizer's package knows of one of OpenAI's models. */
interface OpenAiSpec {
  context_window?: number;
  max_output_tokens?: number;
  modalities?: ModelModalities;
}

/** The package's types name one export more than it has, so its values are typed here. */
const TABLE: Readonly<Partial<Record<string, object>>> = specs;
/** Providers of the price table that serve OpenAI's models under OpenAI's names. */
const SERVES_OPENAI = new Set(["openai", "azure"]);

/** The published limits of one of OpenAI's models; null for any other. `priceProvider` is the price table's name. */
export function openAiSpecOf(priceProvider: string | null, modelId: string): OpenAiSpec | null {
  if (priceProvider === null || !SERVES_OPENAI.has(priceProvider) || !Object.hasOwn(TABLE, modelId)) return null;
  return TABLE[modelId] ?? null;
}
