import type { Connection } from "#server/providers/provider";

/** Where servers that speak chat completions differ. */
export interface Quirks {
  /** OpenAI's reasoning models refuse `max_tokens`; most others know nothing else. */
  maxTokensField: "max_tokens" | "max_completion_tokens";
  /** Mistral sends usage unasked and refuses the field. */
  streamOptions: boolean;
  /** Wants the reasoning of the current turn back beside its tool calls. */
  echoesReasoning: boolean;
  /** Knows tools that take text instead of JSON. */
  customTools: boolean;
  /** Vectors as base64 are a quarter of the bytes, but not every server knows the format. */
  base64Embeddings: boolean;
}

/** The quirks of the server behind a connection, told by its host. */
export function quirksOf(connection: Connection): Quirks {
  const host = URL.parse(connection.baseUrl ?? "")?.hostname ?? "";
  const isOpenAi = host === "api.openai.com" || host.endsWith(".openai.azure.com");
  return {
    maxTokensField: isOpenAi ? "max_completion_tokens" : "max_tokens",
    streamOptions: host !== "api.mistral.ai",
    echoesReasoning: /(^|\.)(deepseek\.com|moonshot\.(ai|cn)|z\.ai)$/.test(host),
    customTools: isOpenAi,
    base64Embeddings: isOpenAi,
  };
}
