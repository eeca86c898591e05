import type { VendorToolType } from "#server/protocol/vendor-tools";
import { type AgenticSearchOptions, createAgenticSearchTool } from "#server/tools/agentic-search/agentic-search";
import { applyPatch } from "#server/tools/client-run/apply-patch";
import type { ClientRunTool } from "#server/tools/client-run/client-run-tool";
import { computer, computerUsePreview } from "#server/tools/client-run/computer";
import { localShell } from "#server/tools/client-run/local-shell";
import { shell } from "#server/tools/client-run/shell";
import { isClientSearch, toolSearch } from "#server/tools/client-run/tool-search";
import {
  type CodeInterpreterOptions,
  createCodeInterpreterTool,
} from "#server/tools/code-interpreter/code-interpreter";
import { type EndReason, InterpreterEnded, type RunOutcome } from "#server/tools/code-interpreter/interpreter";
import {
  closeInterpreters,
  endInterpreter,
  interpreterKey,
  packagesFolder,
  type Session,
  withInterpreter,
} from "#server/tools/code-interpreter/interpreter-pool";
import { installedPackages } from "#server/tools/code-interpreter/python-packages";
import { createFileSearchTool, type FileSearchOptions } from "#server/tools/file-search/file-search";
import { callHttpFunction } from "#server/tools/http/http-call";
import { faultOf, partsOfUrl } from "#server/tools/http/http-request";
import { createHttpTool, type HttpToolOptions } from "#server/tools/http/http-tool";
import { mappingFault } from "#server/tools/http/map-answer";
import {
  createImageGenerationTool,
  type ImageGenerationOptions,
  type KnownImage,
} from "#server/tools/image-generation/image-generation";
import { callMcpTool } from "#server/tools/mcp/call-tool";
import { createMcpTool, type McpToolOptions } from "#server/tools/mcp/mcp-tool";
import { hashedName, mcpModelName } from "#server/tools/mcp/model-name";
import {
  beginAuthorization,
  isOauthRefusal,
  type OauthClient,
  type OauthParty,
  type OauthTokens,
  redeemCode,
  refreshTokens,
  revokeTokens,
} from "#server/tools/mcp/oauth/oauth-flow";
import { closeMcpSessions } from "#server/tools/mcp/session-pool";
import { stdioPrograms } from "#server/tools/mcp/stdio/stdio-servers";
import { listMcpTools } from "#server/tools/mcp/tool-list";
import { createThinkTool } from "#server/tools/think/think";
import type { Tool } from "#server/tools/tool";
import { webSearchEngine } from "#server/tools/web-search/search-web";
import { createWebSearchTool, type WebSearchOptions } from "#server/tools/web-search/web-search";

/** An MCP server as one request reaches it, and a tool as it describes it. */
export type McpServer = McpToolOptions["server"];
export type McpToolInfo = McpToolOptions["info"];
export type McpCredential = NonNullable<McpServer["credential"]>;
export type { OauthClient, OauthParty, OauthTokens };
/** A team's function that is one HTTP request. */
export type HttpFunction = HttpToolOptions["called"];

/** Request tool types that this server runs itself, each with how its tool is made of what reaches storage and models. */
export const hostedTools = {
  file_search: (options: FileSearchOptions): Tool => createFileSearchTool(options) as Tool,
  agentic_search: (options: AgenticSearchOptions): Tool => createAgenticSearchTool(options) as Tool,
};

/** A team's own search engine: a tool of a saved server. */
export type SearchEngine = NonNullable<WebSearchOptions["engine"]>;

/** OpenAI's web search, where a model's provider has none. */
export const webSearch = {
  engine: webSearchEngine,
  create: (options: WebSearchOptions): Tool => createWebSearchTool(options) as Tool,
};

/** Tools that the client runs, by their type: for models that know only functions. */
export const clientRunTools = {
  local_shell: localShell,
  shell,
  apply_patch: applyPatch,
  computer,
  computer_use_preview: computerUsePreview,
  tool_search: toolSearch,
} as const satisfies Partial<Record<VendorToolType, ClientRunTool>>;

/** True for a tool of a type that the client runs. */
export function isClientRun(type: VendorToolType): type is keyof typeof clientRunTools {
  return Object.hasOwn(clientRunTools, type);
}

export { isClientSearch };

/** OpenAI's image generation, where a model's provider has none. */
export const imageGeneration = {
  create: <I extends KnownImage>(options: ImageGenerationOptions<I>): Tool =>
    createImageGenerationTool(options) as Tool,
};

/** Tools of MCP servers: how they are listed, made and named. */
export const mcpTools = {
  list: listMcpTools,
  /** One call outside of any response. */
  call: callMcpTool,
  create: (options: McpToolOptions): Tool => createMcpTool(options) as Tool,
  nameOf: mcpModelName,
  /** For a name that another tool of the request has. */
  otherNameOf: hashedName,
  closeSessions: closeMcpSessions,
  /** Programs that may be saved as servers, as the operator names them. */
  programs: stdioPrograms,
};

/** Accounts at MCP servers: how they are connected, and their tokens renewed and given back. */
export const mcpOauth = {
  begin: beginAuthorization,
  redeem: redeemCode,
  refresh: refreshTokens,
  revoke: revokeTokens,
  isRefusal: isOauthRefusal,
};

/** A place for the model's thoughts. */
export const think = { create: (): Tool => createThinkTool() as Tool };

/** Functions that are one HTTP request: how they are checked, tried and made tools. */
export const httpTools = {
  create: (options: HttpToolOptions): Tool => createHttpTool(options) as Tool,
  call: callHttpFunction,
  faultOf,
  mappingFault,
  originOf: (url: string): string | null => partsOfUrl(url)?.origin ?? null,
};

/** Python of a container, and what a call in it has come to. */
export type PythonSession = Session;
export type PythonOutcome = RunOutcome;

/** Python of the code interpreter, as far as it runs at this node. */
export const interpreters = {
  create: (options: CodeInterpreterOptions): Tool => createCodeInterpreterTool(options) as Tool,
  keyOf: interpreterKey,
  with: withInterpreter,
  /** Why an interpreter has ended that was at a call; null for any other error. */
  endOf: (error: unknown): EndReason | null => (error instanceof InterpreterEnded ? error.reason : null),
  /** Ends a container's, if there is one: its variables are gone. */
  end: (teamId: string, containerId: string): void => endInterpreter(interpreterKey(teamId, containerId)),
  /** Names of the packages beside Python's own that code can import. */
  packages: (): Promise<string[]> => installedPackages(packagesFolder()),
  close: closeInterpreters,
};
