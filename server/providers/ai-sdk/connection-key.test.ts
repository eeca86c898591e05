import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProvider } from "#server/providers/registry";
import { collectEvents, modelRequest, testConnection } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const CANARY = "operators-own-key";
/** Every kind behind a package, and the variables in which the package would look for a key. */
const KINDS = {
  anthropic: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"],
  google: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"],
  mistral: ["MISTRAL_API_KEY"],
  cohere: ["COHERE_API_KEY", "CO_API_KEY"],
  vertex: [
    "GOOGLE_VERTEX_API_KEY",
    "GOOGLE_VERTEX_PROJECT",
    "GOOGLE_VERTEX_LOCATION",
    "GOOGLE_PRIVATE_KEY",
    "GOOGLE_API_KEY",
  ],
  bedrock: [
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
  ],
};

const upstream = upstreamForSuite({ PROVIDER_MAX_ATTEMPTS: "1" });

beforeEach(() => {
  upstream.setDefault((exchange) => exchange.json(403, { error: { message: "no" } }));
  for (const name of Object.values(KINDS).flat()) vi.stubEnv(name, CANARY);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(Object.keys(KINDS))("a team's connection of kind %s", (kind) => {
  const { signal } = new AbortController();
  const calls = (apiKey: string | null): Promise<unknown>[] => {
    const provider = createProvider(
      testConnection({ kind, baseUrl: upstream.baseUrl, apiKey, settings: { region: "eu-west-1" } }),
    );
    const embedding = provider.embeddingModel?.("some-model").embed(["text"], { signal, kind: "query" });
    return [
      collectEvents(provider.languageModel("some-model"), modelRequest()),
      provider.listModels?.(signal),
      embedding,
    ].filter((call) => call !== undefined);
  };

  it("sends its own key only", async () => {
    const outcomes = await Promise.allSettled(calls("the-teams-key"));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    // Two vendors keep their models in more lists than one.
    expect(upstream.requests.length).toBeGreaterThanOrEqual(outcomes.length);
    for (const { headers, path, body } of upstream.requests) {
      expect(JSON.stringify(headers)).toContain("the-teams-key");
      expect(JSON.stringify([headers, path, body])).not.toContain(CANARY);
    }
  });

  it.each([null, "", "  "])("goes nowhere with the key %j", async (apiKey) => {
    for (const outcome of await Promise.allSettled(calls(apiKey))) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "provider_auth_error", message: expect.stringContaining('"vendor" has no key') },
      });
    }
    expect(upstream.requests).toHaveLength(0);
  });
});
