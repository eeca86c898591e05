import { type Config, config } from "#server/config";
import type { Connection, PlaceName } from "#server/providers/provider";
import type { ProviderKind } from "#server/providers/registry";
import { VENDORS, type Vendor } from "#server/services/models/vendors";

interface EnvironmentSource {
  apiKey: string | undefined;
  baseUrl: string | undefined;
  settings?: Record<PlaceName, string | undefined>;
}

/** Which variables stand for which vendor. */
function sourceOf(vendor: Vendor, settings: Config): EnvironmentSource | null {
  const keyOnly = (apiKey: string | undefined): EnvironmentSource => ({ apiKey, baseUrl: undefined });
  switch (vendor.name) {
    case "openai":
      return { apiKey: settings.OPENAI_API_KEY, baseUrl: settings.OPENAI_BASE_URL };
    case "anthropic":
      return keyOnly(settings.ANTHROPIC_API_KEY);
    case "google":
      return keyOnly(settings.GEMINI_API_KEY);
    case "vertex":
      return {
        ...keyOnly(settings.GOOGLE_VERTEX_API_KEY ?? settings.GOOGLE_VERTEX_CREDENTIALS),
        settings: {
          region: undefined,
          location: settings.GOOGLE_VERTEX_LOCATION,
          project: settings.GOOGLE_VERTEX_PROJECT,
        },
      };
    case "bedrock":
      return {
        ...keyOnly(settings.AWS_BEARER_TOKEN_BEDROCK),
        settings: { region: settings.AWS_REGION, location: undefined, project: undefined },
      };
    case "groq":
      return keyOnly(settings.GROQ_API_KEY);
    case "mistral":
      return keyOnly(settings.MISTRAL_API_KEY);
    case "cohere":
      return keyOnly(settings.COHERE_API_KEY ?? settings.CO_API_KEY);
    case "openrouter":
      return keyOnly(settings.OPENROUTER_API_KEY);
    case "deepseek":
      return keyOnly(settings.DEEPSEEK_API_KEY);
    case "xai":
      return keyOnly(settings.XAI_API_KEY);
    case "ollama":
      return { apiKey: undefined, baseUrl: settings.OLLAMA_BASE_URL };
    default:
      return null;
  }
}

/** Ollama is named by its root as often as by `/v1`. */
function withVersion(vendor: Vendor, baseUrl: string): string {
  const url = new URL(baseUrl);
  if (vendor.name === "ollama" && url.pathname === "/") url.pathname = "/v1";
  return url.href.replace(/\/$/, "");
}

/** The connection to a vendor at its own address, or at the one that the environment puts in its place. */
export function vendorConnection(vendor: Vendor, apiKey: string | null): Connection {
  const source = sourceOf(vendor, config());
  const replaced = source?.baseUrl;
  return {
    id: `env:${vendor.name}`,
    name: vendor.name,
    kind: vendor.kind,
    baseUrl: replaced === undefined ? vendor.baseUrl : withVersion(vendor, replaced),
    apiKey,
    models: [],
    trusted: true,
    ...(source?.settings && { settings: given(source.settings) }),
  };
}

function given(settings: Record<string, string | undefined>): NonNullable<Connection["settings"]> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** The connection without its cloud project, which is nobody's business but the operator's. */
export function withoutProject(connection: Connection): Connection {
  if (connection.settings?.project === undefined) return connection;
  const { project: _, ...settings } = connection.settings;
  return { ...connection, settings };
}

function insideConnection(kind: ProviderKind): Connection {
  return { id: kind, name: kind, kind, baseUrl: null, apiKey: null, models: [], trusted: true };
}

/** The built-in provider, always there. */
export const BUILTIN: Connection = insideConnection("builtin");

/** The connections that no team made: those of the environment, then the models that run inside this server. */
export function fixedConnections(): Connection[] {
  return [...environmentConnections(), insideConnection("local"), BUILTIN];
}

/** A connection for every vendor that the environment names, each called as its vendor. Trusted: the operator wrote it. */
export function environmentConnections(): Connection[] {
  const settings = config();
  return VENDORS.flatMap((vendor) => {
    const source = sourceOf(vendor, settings);
    const named = source?.apiKey !== undefined || source?.baseUrl !== undefined;
    return named ? [vendorConnection(vendor, source.apiKey ?? null)] : [];
  });
}
