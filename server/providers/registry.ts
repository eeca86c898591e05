import { AppError } from "#server/errors";
import { createAnthropicProvider } from "#server/providers/ai-sdk/anthropic";
import { createBedrockProvider } from "#server/providers/ai-sdk/bedrock";
import { createCohereProvider } from "#server/providers/ai-sdk/cohere";
import { createGoogleProvider } from "#server/providers/ai-sdk/google";
import { createMistralProvider } from "#server/providers/ai-sdk/mistral";
import { createVertexProvider } from "#server/providers/ai-sdk/vertex";
import { BUILTIN_MODELS, createBuiltinProvider } from "#server/providers/builtin/builtin";
import { createLocalProvider } from "#server/providers/local/local";
import { createOpenAiProvider } from "#server/providers/openai-wire";
import type { Connection, ModelInfo, Provider } from "#server/providers/provider";

interface KindEntry {
  label: string;
  /** What a connection of this kind must carry. */
  needs: { baseUrl: boolean; apiKey: boolean };
  create(connection: Connection): Provider;
}

/** Every kind of provider. A new vendor with its own wire is one more entry. */
const KINDS = {
  builtin: { label: "Built-in", needs: { baseUrl: false, apiKey: false }, create: createBuiltinProvider },
  local: { label: "On this server", needs: { baseUrl: false, apiKey: false }, create: createLocalProvider },
  "openai-compatible": {
    label: "OpenAI-compatible",
    needs: { baseUrl: true, apiKey: false },
    create: createOpenAiProvider,
  },
  anthropic: { label: "Anthropic", needs: { baseUrl: false, apiKey: true }, create: createAnthropicProvider },
  google: { label: "Google Gemini", needs: { baseUrl: false, apiKey: true }, create: createGoogleProvider },
  mistral: { label: "Mistral", needs: { baseUrl: false, apiKey: true }, create: createMistralProvider },
  cohere: { label: "Cohere", needs: { baseUrl: false, apiKey: true }, create: createCohereProvider },
  vertex: { label: "Google Vertex AI", needs: { baseUrl: false, apiKey: true }, create: createVertexProvider },
  bedrock: { label: "Amazon Bedrock", needs: { baseUrl: false, apiKey: true }, create: createBedrockProvider },
} satisfies Record<string, KindEntry>;

export type ProviderKind = keyof typeof KINDS;

/** The kinds whose models run inside this server: one connection each, always there, without a key and without a price. */
const INSIDE = ["builtin", "local"] as const satisfies readonly ProviderKind[];

/** The kinds of which a team can make connections. */
export type VendorKind = Exclude<ProviderKind, (typeof INSIDE)[number]>;

/** True for a key of the registry. */
export function isProviderKind(kind: string): kind is ProviderKind {
  return Object.hasOwn(KINDS, kind);
}

/** True for the kinds whose models run inside this server. */
export function runsInside(kind: string): boolean {
  return INSIDE.some((inside) => inside === kind);
}

function isVendorKind(kind: string): kind is VendorKind {
  return isProviderKind(kind) && !runsInside(kind);
}

/** Every {@link VendorKind}, in the registry's order. */
export const VENDOR_KINDS: readonly VendorKind[] = Object.keys(KINDS).filter(isVendorKind);

/** What a connection of `kind` is called and must carry. */
export function describeKind(kind: ProviderKind): Omit<KindEntry, "create"> {
  const { label, needs } = KINDS[kind];
  return { label, needs };
}

/** The models that every connection of `kind` has, known without asking anybody. */
export function fixedModels(kind: string): readonly ModelInfo[] {
  return kind === "builtin" ? BUILTIN_MODELS : [];
}

/** The provider behind a connection. Throws `internal_error` for a kind that this server does not have. */
export function createProvider(connection: Connection): Provider {
  if (!isProviderKind(connection.kind)) {
    throw new AppError("internal_error", `The connection "${connection.name}" has an unknown kind.`, {
      detail: { kind: connection.kind },
    });
  }
  return KINDS[connection.kind].create(connection);
}
