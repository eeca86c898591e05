import type { VendorKind } from "#server/providers/registry";

/** A vendor this server knows by name: where it lives and how it is spoken to. */
export interface Vendor {
  /** Also the name of the connection that the environment makes. */
  name: string;
  label: string;
  kind: VendorKind;
  /** Other names callers use before `/` or `@`, or in `x-model-provider`. */
  aliases: readonly string[];
  /** null: the address must be given, or follows from a region or location. */
  baseUrl: string | null;
  needsKey: boolean;
  /** Plain model names that are this vendor's own. */
  family: RegExp | null;
}

/** Every known vendor. Adding one that speaks chat completions is one more entry. */
export const VENDORS: readonly Vendor[] = [
  {
    name: "openai",
    label: "OpenAI",
    kind: "openai-compatible",
    aliases: [],
    baseUrl: "https://api.openai.com/v1",
    needsKey: true,
    family: /^(gpt-|chatgpt-|o\d|codex-|text-embedding-|ft:gpt-)/,
  },
  {
    name: "anthropic",
    label: "Anthropic",
    kind: "anthropic",
    aliases: ["claude"],
    baseUrl: "https://api.anthropic.com/v1",
    needsKey: true,
    family: /^claude-/,
  },
  {
    name: "google",
    label: "Google Gemini",
    kind: "google",
    aliases: ["gemini"],
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    needsKey: true,
    family: /^(gemini-|gemma-)/,
  },
  {
    name: "vertex",
    label: "Google Vertex AI",
    kind: "vertex",
    aliases: ["vertexai", "vertex-ai", "google-vertex"],
    baseUrl: null,
    needsKey: true,
    family: null,
  },
  {
    name: "bedrock",
    label: "Amazon Bedrock",
    kind: "bedrock",
    aliases: ["aws", "amazon-bedrock"],
    baseUrl: null,
    needsKey: true,
    family: null,
  },
  {
    name: "groq",
    label: "Groq",
    kind: "openai-compatible",
    aliases: [],
    baseUrl: "https://api.groq.com/openai/v1",
    needsKey: true,
    family: null,
  },
  {
    name: "mistral",
    label: "Mistral",
    kind: "mistral",
    aliases: [],
    baseUrl: "https://api.mistral.ai/v1",
    needsKey: true,
    family: /^(mistral-|ministral-|magistral-|codestral-|devstral-|pixtral-|voxtral-|open-mi(x|s)tral-)/,
  },
  {
    name: "cohere",
    label: "Cohere",
    kind: "cohere",
    aliases: [],
    baseUrl: "https://api.cohere.com/v2",
    needsKey: true,
    family: /^(command-|c4ai-|embed-(v4|english-|multilingual-))/,
  },
  {
    name: "openrouter",
    label: "OpenRouter",
    kind: "openai-compatible",
    aliases: [],
    baseUrl: "https://openrouter.ai/api/v1",
    needsKey: true,
    family: null,
  },
  {
    name: "deepseek",
    label: "DeepSeek",
    kind: "openai-compatible",
    aliases: [],
    baseUrl: "https://api.deepseek.com/v1",
    needsKey: true,
    family: /^deepseek-(chat|reasoner|v\d)/,
  },
  {
    name: "xai",
    label: "xAI",
    kind: "openai-compatible",
    aliases: ["grok", "x-ai"],
    baseUrl: "https://api.x.ai/v1",
    needsKey: true,
    family: /^grok-/,
  },
  {
    name: "together",
    label: "Together AI",
    kind: "openai-compatible",
    aliases: ["togetherai"],
    baseUrl: "https://api.together.xyz/v1",
    needsKey: true,
    family: null,
  },
  {
    name: "ollama",
    label: "Ollama",
    kind: "openai-compatible",
    aliases: [],
    baseUrl: "http://127.0.0.1:11434/v1",
    needsKey: false,
    family: null,
  },
  {
    name: "lmstudio",
    label: "LM Studio",
    kind: "openai-compatible",
    aliases: ["lm-studio"],
    baseUrl: "http://127.0.0.1:1234/v1",
    needsKey: false,
    family: null,
  },
  {
    name: "vllm",
    label: "vLLM",
    kind: "openai-compatible",
    aliases: [],
    baseUrl: "http://127.0.0.1:8000/v1",
    needsKey: false,
    family: null,
  },
];

/** The vendor called `name` or one of its aliases, whatever the case. */
export function findVendor(name: string): Vendor | null {
  const wanted = name.toLowerCase();
  return VENDORS.find((vendor) => vendor.name === wanted || vendor.aliases.includes(wanted)) ?? null;
}

/** The vendor whose own model a plain name like `gpt-4.1` is. */
export function vendorOfModel(model: string): Vendor | null {
  return VENDORS.find((vendor) => vendor.family?.test(model)) ?? null;
}
