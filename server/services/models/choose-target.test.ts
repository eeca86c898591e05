import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import type { Connection } from "#server/providers/provider";
import { chooseTarget, type TargetQuestion } from "#server/services/models/choose-target";
import { BUILTIN, environmentConnections } from "#server/services/models/environment-connections";
import { forgetModelLists } from "#server/services/models/known-models";
import { nearestNames } from "#server/services/models/nearest-names";
import { factsOf, priceOf } from "#server/services/models/price";
import type { TeamModels } from "#server/services/models/team-models";
import { testConnection } from "#tests/support/model-request";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

let upstream: ScriptedUpstream;

beforeAll(async () => {
  setConfig(parseConfig({ PROVIDER_MAX_ATTEMPTS: "1" }));
  upstream = await startScriptedUpstream();
  upstream.setDefault((exchange) =>
    exchange.json(200, { data: [{ id: "shared" }, { id: "org/slashed" }, { id: "gpt-4.1" }] }),
  );
});
afterAll(async () => {
  await closePools();
  await upstream.close();
});
beforeEach(() => {
  setConfig(parseConfig({ PROVIDER_MAX_ATTEMPTS: "1" }));
  forgetModelLists();
});

function team(...connections: Connection[]): TeamModels {
  return { connections: [...connections, BUILTIN], routes: new Map(), defaultModel: null };
}

function named(name: string, change: Partial<Connection> = {}): Connection {
  return testConnection({ id: `pc_${name}`, name, baseUrl: upstream.baseUrl, apiKey: `key-of-${name}`, ...change });
}

async function choose(change: Partial<TargetQuestion>): Promise<string | null> {
  const question = { team: team(), name: "", provider: null, callerKey: null, passthrough: false, ...change };
  const target = await chooseTarget(question);
  return target && `${target.connection.name}|${target.modelId}|${target.connection.apiKey ?? ""}`;
}

describe("a qualified name", () => {
  const both = () => team(named("one"), named("two"));
  it("goes to its connection, listed or not", async () => {
    expect(await choose({ team: both(), name: "two/anything:latest" })).toBe("two|anything:latest|key-of-two");
    expect(await choose({ team: both(), name: "one@anything" })).toBe("one|anything|key-of-one");
    expect(upstream.requests).toHaveLength(0);
  });

  it("keeps the slashes of the model", async () => {
    expect(await choose({ team: both(), name: "one/org/slashed" })).toBe("one|org/slashed|key-of-one");
  });

  it("goes before the provider named beside it", async () => {
    expect(await choose({ team: both(), name: "one/m", provider: "two" })).toBe("one|m|key-of-one");
  });

  it("knows a vendor by its other names", async () => {
    expect(await choose({ team: team(named("anthropic")), name: "claude@claude-sonnet-4-5" })).toBe(
      "anthropic|claude-sonnet-4-5|key-of-anthropic",
    );
  });
});

describe("a plain name", () => {
  it("goes to the provider named beside it", async () => {
    expect(await choose({ team: team(named("one"), named("two")), name: "unlisted", provider: "two" })).toBe(
      "two|unlisted|key-of-two",
    );
  });

  it("goes to the first connection that lists it, in the team's order", async () => {
    const fixed = named("fixed", { models: ["only-here"] });
    expect(await choose({ team: team(fixed, named("one"), named("two")), name: "shared" })).toBe(
      "one|shared|key-of-one",
    );
    expect(await choose({ team: team(named("two"), named("one")), name: "shared" })).toBe("two|shared|key-of-two");
    expect(await choose({ team: team(named("one"), fixed), name: "only-here" })).toBe("fixed|only-here|key-of-fixed");
    expect(await choose({ team: team(named("one")), name: "org/slashed" })).toBe("one|org/slashed|key-of-one");
    expect(await choose({ team: team(), name: "demo" })).toBe("builtin|demo|");
  });

  it("is nobody's when nobody lists it", async () => {
    expect(await choose({ team: team(named("one")), name: "gpt-9" })).toBeNull();
  });

  it("goes to its own vendor when that vendor's list cannot be had", async () => {
    const dead = named("openai", { baseUrl: "http://127.0.0.1:9/v1" });
    expect(await choose({ team: team(dead), name: "gpt-9" })).toBe("openai|gpt-9|key-of-openai");
    expect(await choose({ team: team(dead), name: "llama-9" })).toBeNull();
  });
});

describe("a caller's own key", () => {
  it("takes the place of the connection's, but never of the built-in's", async () => {
    expect(await choose({ team: team(named("one")), name: "one/m", callerKey: "mine" })).toBe("one|m|mine");
    expect(await choose({ name: "builtin/demo", callerKey: "mine" })).toBe("builtin|demo|");
  });

  it("opens vendors that the team has no connection to", async () => {
    expect(await choose({ name: "groq/llama", callerKey: "mine" })).toBe("groq|llama|mine");
    expect(await choose({ name: "togetherai@llama", callerKey: "mine" })).toBe("together|llama|mine");
    expect(await choose({ name: "gpt-4.1", callerKey: "mine" })).toBe("openai|gpt-4.1|mine");
    expect(await choose({ name: "groq/llama" })).toBeNull();
  });

  it("leaves the operator's Vertex project to the operator's key, and keeps the location", async () => {
    setConfig(
      parseConfig({
        GOOGLE_VERTEX_API_KEY: "k",
        GOOGLE_VERTEX_PROJECT: "ours",
        GOOGLE_VERTEX_LOCATION: "europe-west1",
      }),
    );
    const ask = async (members: Connection[], callerKey: string | null) => {
      const question = { team: team(...members), name: "vertex/m", provider: null, callerKey, passthrough: false };
      return (await chooseTarget(question))?.connection;
    };
    const location = "europe-west1";
    expect(await ask(environmentConnections(), null)).toMatchObject({ settings: { location, project: "ours" } });
    for (const members of [environmentConnections(), []]) {
      const connection = await ask(members, "mine");
      expect(connection).toMatchObject({ name: "vertex", apiKey: "mine" });
      expect(connection?.settings).toEqual({ location });
    }
    const own = named("vertex", { kind: "vertex", trusted: false, settings: { project: "the-teams" } });
    expect((await ask([own], "mine"))?.settings).toEqual({ project: "the-teams" });
  });

  it("opens a server by URL, through the outbound guard", async () => {
    const target = await chooseTarget({
      team: team(),
      name: "https://llm.example.com/v1@m",
      provider: null,
      callerKey: "mine",
      passthrough: true,
    });
    expect(target).toMatchObject({
      modelId: "m",
      connection: { baseUrl: "https://llm.example.com/v1", trusted: false },
    });
    expect(target?.connection.allowLoopback).toBeUndefined();
    expect(await choose({ name: "https://llm.example.com/v1@m" })).toBeNull();
  });
});

describe("passthrough", () => {
  const pass = (name: string, provider: string | null = null) =>
    choose({ name, provider, callerKey: "mine", passthrough: true });
  it("finds the provider by header, by the name's family, else in OpenAI's place", async () => {
    expect(await pass("llama", "groq")).toBe("groq|llama|mine");
    expect(await pass("claude-sonnet-4-5")).toBe("anthropic|claude-sonnet-4-5|mine");
    expect(await pass("gemini-2.5-pro")).toBe("google|gemini-2.5-pro|mine");
    expect(await pass("gpt-4.1")).toBe("openai|gpt-4.1|mine");
    expect(await pass("whatever")).toBe("openai|whatever|mine");
    expect(await pass("openai@gpt-4.1")).toBe("openai|gpt-4.1|mine");
  });

  it("goes to OPENAI_BASE_URL when that is set", async () => {
    setConfig(parseConfig({ OPENAI_BASE_URL: "http://127.0.0.1:4000/v1/" }));
    const target = await chooseTarget({
      team: team(),
      name: "gpt-4.1",
      provider: null,
      callerKey: "mine",
      passthrough: true,
    });
    expect(target?.connection).toMatchObject({ baseUrl: "http://127.0.0.1:4000/v1", trusted: true, apiKey: "mine" });
  });
});

describe("the environment", () => {
  it("makes a trusted connection of every variable, named after its vendor", () => {
    setConfig(
      parseConfig({
        OPENAI_API_KEY: "o",
        ANTHROPIC_API_KEY: "a",
        GEMINI_API_KEY: "g",
        GROQ_API_KEY: "q",
        MISTRAL_API_KEY: "m",
        COHERE_API_KEY: "c",
        OPENROUTER_API_KEY: "r",
        DEEPSEEK_API_KEY: "d",
        XAI_API_KEY: "x",
        OLLAMA_BASE_URL: "http://ollama.lan:11434",
      }),
    );
    const made = environmentConnections();
    const names = [
      "openai",
      "anthropic",
      "google",
      "groq",
      "mistral",
      "cohere",
      "openrouter",
      "deepseek",
      "xai",
      "ollama",
    ];
    expect(made.map(({ name }) => name)).toEqual(names);
    expect(made.every(({ trusted }) => trusted)).toBe(true);
    expect(made.at(-1)?.baseUrl).toBe("http://ollama.lan:11434/v1");
    setConfig(parseConfig({}));
    expect(environmentConnections()).toEqual([]);
  });

  it("speaks the vendor's own wire where it has one, and takes Cohere's key under either name", () => {
    setConfig(parseConfig({ MISTRAL_API_KEY: "m", CO_API_KEY: "theirs" }));
    expect(environmentConnections()).toMatchObject([
      { name: "mistral", kind: "mistral", baseUrl: "https://api.mistral.ai/v1", apiKey: "m" },
      { name: "cohere", kind: "cohere", baseUrl: "https://api.cohere.com/v2", apiKey: "theirs" },
    ]);
    setConfig(parseConfig({ COHERE_API_KEY: "ours", CO_API_KEY: "theirs" }));
    expect(environmentConnections()).toMatchObject([{ name: "cohere", apiKey: "ours" }]);
  });

  it("puts OPENAI_BASE_URL in OpenAI's place, with or without a key", () => {
    setConfig(parseConfig({ OPENAI_BASE_URL: "http://127.0.0.1:4000/v1" }));
    expect(environmentConnections()).toMatchObject([
      { name: "openai", baseUrl: "http://127.0.0.1:4000/v1", apiKey: null },
    ]);
  });
});

describe("nearest names", () => {
  it("finds slips of the pen and forgotten connections", () => {
    const known = ["builtin/demo", "builtin/echo", "openai/gpt-4.1", "openai/gpt-4.1-mini", "fast"];
    expect(nearestNames("bultin/demo", known)[0]).toBe("builtin/demo");
    expect(nearestNames("gpt-4.1", known)[0]).toBe("openai/gpt-4.1");
    expect(nearestNames("x", [])).toEqual([]);
  });
});

describe("prices", () => {
  const usage = { inputTokens: 1_000_000, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const openai = testConnection({ name: "openai", baseUrl: "https://api.openai.com/v1" });
  it("prices what the table knows, and leaves the rest unpriced", () => {
    expect(priceOf(openai, "gpt-4.1", usage)).toBe(2);
    expect(priceOf(testConnection({ kind: "mistral" }), "mistral-large-latest", usage)).toBe(2);
    expect(priceOf(testConnection({ kind: "cohere" }), "command-a-03-2025", usage)).toBe(2.5);
    expect(priceOf(openai, "gpt-4.1", { ...usage, cachedTokens: 1_000_000 })).toBeLessThan(2);
    expect(priceOf(testConnection({ kind: "anthropic" }), "claude-sonnet-4-5", usage)).toBeGreaterThan(0);
    expect(priceOf(openai, "no-such-model", usage)).toBeNull();
    expect(
      priceOf(testConnection({ name: "openai", baseUrl: "http://127.0.0.1:4000/v1" }), "gpt-4.1", usage),
    ).toBeNull();
    expect(priceOf(BUILTIN, "demo", usage)).toBe(0);
  });

  it("knows context windows from the table or the vendor's list", () => {
    expect(factsOf(testConnection({ kind: "anthropic" }), "claude-sonnet-4-5", null).contextWindow).toBe(200_000);
    expect(factsOf(openai, "no-such-model", null).contextWindow).toBeNull();
    expect(factsOf(openai, "gpt-4.1-mini", null)).toEqual({
      contextWindow: 1_047_576,
      maxOutputTokens: 32_768,
      modalities: { input: ["text", "image"], output: ["text"] },
      prices: { input: 0.4, cachedInput: 0.1, output: 1.6 },
    });
    const gemini = factsOf(testConnection({ kind: "google" }), "gemini-2.5-pro", null);
    expect(gemini.prices).toEqual({ input: 1.25, cachedInput: 0.125, output: 10 });
    expect(factsOf(openai, "text-embedding-3-small", null).prices).toMatchObject({ input: 0.02, output: 0 });
    const listed = { id: "m", ownedBy: "", created: 0, kind: "language", contextWindow: 7 } as const;
    expect(factsOf(openai, "m", listed).contextWindow).toBe(7);
  });
});
