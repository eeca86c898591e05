import type { WebSearchLocation } from "#server/protocol/web-search-tools";

/** One question for a search engine. */
export interface BackendQuery {
  query: string;
  /** Results wanted, at most 10. */
  count: number;
  /** Characters wanted of each result, for engines that can be told. */
  chars: number;
  /** Hosts, with their subdomains. What an engine cannot be told is left out of its results afterwards. */
  allowedDomains: readonly string[];
  blockedDomains: readonly string[];
  location: WebSearchLocation | null;
  /** Who asks: nobody else uses a session that is kept. */
  teamId: string;
  signal: AbortSignal;
}

/** A page as the engine tells of it. */
export interface BackendResult {
  url: string;
  title: string;
  /** Plain text: a snippet, or as much of the page as the engine gives. */
  text: string;
}

/** Where and as whom an engine is asked. */
export interface BackendSettings {
  /** Replaces the vendor's own address. */
  url: string | null;
  apiKey: string;
  /** Google's `cx`. */
  engineId: string;
  /** Of an MCP server. */
  tool: string;
}

/**
 * A search engine. Asked once for each query.
 * @throws AppError tool_server_error, provider_timeout, provider_error, payload_too_large; the signal's reason
 */
export type SearchBackend = (query: BackendQuery, settings: BackendSettings) => Promise<BackendResult[]>;
