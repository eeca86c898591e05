import type { z } from "zod";
import type { FileSearchResult } from "#server/protocol/items";
import { UNKNOWN_ACTION } from "#server/protocol/web-search-tools";
import type { ModelUsage } from "#server/providers/provider";

/** What a model may cite. */
export type CitableSource = CitablePassage | CitablePage;

/** A page of the web: its citation is a link in the text. */
export interface CitablePage {
  /** As of a passage. */
  marker: string;
  url: string;
  title: string;
}

/** A passage a model may cite: the marker it must write, and what the citation points at. */
export interface CitablePassage {
  /** What the model writes after the statement, e.g. `【3】`. Unique within a response. */
  marker: string;
  fileId: string;
  filename: string;
  chunkId: string;
  /** First page is 1; null where the format has no pages. */
  page: number | null;
  /** The passage, and its half-open span in the file's normalised text, in UTF-16 units. */
  text: string;
  charStart: number;
  charEnd: number;
  /** The chunks that it was joined from, in order; each is cited by itself. */
  parts?: readonly { chunkId: string; charStart: number; charEnd: number }[];
}

/** A search that a tool has begun, as an item of its own. */
export interface ShownSearch {
  done(results: FileSearchResult[]): void;
  failed(): void;
}

/** Where a tool without an item of its own shows what it does, while it does it. */
export interface Stage {
  search(queries: string[]): ShownSearch;
  /** A whole thought, as the summary of a reasoning item. */
  thought(text: string): void;
  /** Tokens of a model call that the tool has made: they count as the response's. */
  usage(usage: ModelUsage): void;
}

/** A file that code has at hand or has made: its citation is a link that the model writes, `sandbox:<path>`. */
export interface CitableFile {
  path: string;
  containerId: string;
  fileId: string;
  filename: string;
}

export interface ToolContext {
  signal: AbortSignal;
  callId: string;
  /** Of the call's item; absent where it shows none of its own. */
  itemId?: string;
  /** The call's span: what a tool has done on its behalf is recorded under it. */
  spanId: string;
  stage: Stage;
  /** Hands out the next free citation marker of this response. */
  nextMarker(): string;
  /** Records content in the call's span, beside its arguments and its result. Dropped when content is not kept. */
  record(attributes: Record<string, unknown>): void;
  /** Tells something of the call while it runs: an event of its item, `response.<item type>.<name>`. */
  tell(name: "partial_image", fields: Record<string, unknown>): void;
}

export interface ToolResult {
  /** What the model reads. Reaches a provider only as tool-result content. */
  output: string;
  /** Fields of the finished output item, over those of `HostedCall.open`. */
  item: Record<string, unknown>;
  sources: CitableSource[];
  /** What links in the model's text are citations of. */
  files?: CitableFile[];
  /** True: the call has failed, and `output` says how. */
  failed?: boolean;
}

/** How calls of a hosted tool look on the wire: one output item, and status events while it runs. */
export interface HostedCall {
  /** The item's `type`, e.g. `file_search_call`. */
  itemType: string;
  idKind:
    | "fileSearchCall"
    | "mcp_call"
    | "tool_call"
    | "web_search_call"
    | "image_generation_call"
    | "code_interpreter_call";
  /** Statuses announced in turn while the call runs, e.g. `["in_progress", "searching"]`; then `completed` or `failed`. */
  phases: readonly string[];
  /** The item's own fields when it is added, before anything is known. */
  initial: Record<string, unknown>;
  /** What of the call's arguments its item shows and tells by events of its own, before the call runs. */
  told?: ToldArguments;
  /** True: a failure has an event, `failed`. */
  tellsFailure?: boolean;
  /** Fields that the finished item has in any case, as they are when nothing is known of the call. */
  atEnd?: Record<string, unknown>;
  /** True: its statuses know no `incomplete`; a call that was cut off has failed. */
  endsWhole?: boolean;
}

export interface ToldArguments {
  /** The name of the events. */
  event: "mcp_call_arguments" | "code_interpreter_call_code";
  /** Field of the item, and of the event that tells its end. */
  field: "arguments" | "code";
  /** The field's text, of the arguments' JSON text. */
  textOf(argumentsText: string): string;
}

/** A tool of another server, as its items name it. */
export interface RemoteTool {
  serverLabel: string;
  name: string;
  /** True: the client is asked before it runs. */
  needsApproval: boolean;
}

/** How a call of a tool that the client runs looks on the wire: one output item, which comes whole. */
export interface ClientCallForm {
  itemType: "local_shell_call" | "shell_call" | "apply_patch_call" | "computer_call" | "tool_search_call";
  /** The item's own fields for a call with these arguments (JSON text). Throws AppError when they make no call. */
  toFields(text: string): Record<string, unknown>;
}

/** The hosted tools of a remote server; with a name, the one that the server calls so. */
export function toolsOfServer(
  hosted: ReadonlyMap<string, Tool>,
  serverLabel: string | undefined,
  name?: string,
): Tool[] {
  return [...hosted.values()].filter(
    ({ remote }) => remote && remote.serverLabel === serverLabel && (name === undefined || remote.name === name),
  );
}

/** How one search looks, whichever tool makes it. */
export const FILE_SEARCH_CALL: HostedCall = {
  itemType: "file_search_call",
  idKind: "fileSearchCall",
  phases: ["in_progress", "searching"],
  initial: { queries: [], results: null },
};

/** How one action of a web search looks. */
export const WEB_SEARCH_CALL: HostedCall = {
  itemType: "web_search_call",
  idKind: "web_search_call",
  phases: ["in_progress", "searching"],
  initial: {},
  atEnd: { action: UNKNOWN_ACTION },
  endsWhole: true,
};

/**
 * A tool that this server runs. A `run` that throws answers the model with the error's message
 * and does not fail the response.
 */
export interface Tool<I = unknown> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: z.ZodType<I>;
  /** What the model is shown in place of `inputSchema`: a JSON Schema that came from elsewhere. */
  readonly parameters?: Record<string, unknown>;
  readonly remote?: RemoteTool;
  /** Of a tool that a team has saved: by this its spans are found. */
  readonly savedToolId?: string;
  /** False: it hands out nothing to cite, so nothing in the model's text is a marker. */
  readonly cites?: false;
  /** null: the tool shows its work as items of its own, on the stage. */
  readonly call: HostedCall | null;
  /** The item's fields once the arguments are known and parsed. */
  opened?(input: I): Record<string, unknown>;
  /** The item's fields when a call failed by what is told here. */
  failure?(message: string): Record<string, unknown>;
  run(input: I, context: ToolContext): Promise<ToolResult>;
  /** Called once when the response that has the tool has ended, whether it was called or not. */
  close?(): Promise<void>;
}
