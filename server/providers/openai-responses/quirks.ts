import type { Connection } from "#server/providers/provider";

/** Where servers that speak the Responses API differ. */
export interface Quirks {
  /** Names the server: what it made itself goes back to it only. */
  host: string;
  /** Knows `allowed_tools`; elsewhere the list itself is shortened. */
  allowedTools: boolean;
  /** Pads its deltas unless told not to. */
  padsDeltas: boolean;
  /** Takes raw reasoning text back; OpenAI takes its own encrypted form only. */
  takesRawReasoning: boolean;
}

/** True for OpenAI itself and for Azure's OpenAI. */
export function isOpenAiHost(host: string): boolean {
  return host === "api.openai.com" || /\.(openai|services\.ai|cognitiveservices)\.azure\.com$/.test(host);
}

/** The quirks of the server behind a connection, told by its host. */
export function quirksOf(connection: Connection): Quirks {
  const host = URL.parse(connection.baseUrl ?? "")?.host ?? "";
  const isOpenAi = isOpenAiHost(host);
  return { host, allowedTools: isOpenAi, padsDeltas: isOpenAi, takesRawReasoning: !isOpenAi };
}
