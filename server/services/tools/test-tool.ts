import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { findSavedTool, type SavedToolRow, updateSavedTool } from "#server/db/saved-tools";
import { AppError, isAppError, toAppError } from "#server/errors";
import { needsApproval } from "#server/protocol/mcp-tools";
import type { ServiceContext } from "#server/services/context";
import { reachServer } from "#server/services/tools/accounts/reach-server";
import {
  changedDraft,
  draftOf,
  NewTool,
  requireTool,
  ToolChange,
  type ToolDraft,
} from "#server/services/tools/tool-rules";
import { openSecrets } from "#server/services/tools/tool-secrets";
import { toHttpFunction } from "#server/services/tools/tool-target";
import { httpTools, type McpToolInfo, mcpTools } from "#server/tools/registry";

/** Which tool: a saved one, also with changes that are not saved yet, or one about to be saved. */
export const TestToolInput = z.object({
  id: z.string().max(100).optional(),
  change: ToolChange.optional(),
  tool: NewTool.optional(),
  /** What to call: of an MCP server one of its tools, of a function itself. Without it a server only lists its tools. */
  call: z
    .object({ name: z.string().max(256).optional(), arguments: z.record(z.string(), z.unknown()).default({}) })
    .optional(),
});
type Input = z.infer<typeof TestToolInput>;

/** A tool as its server lists it, and what the settings make of it. */
export interface ListedTool extends McpToolInfo {
  allowed: boolean;
  needsApproval: boolean;
}

export interface ToolTest {
  ok: boolean;
  /** Milliseconds, of everything. */
  latencyMs: number;
  /** What went wrong; `code` is ours, `http_error`, `mcp_protocol_error` or `mcp_tool_execution_error`. */
  error: { code: string; message: string } | null;
  /** Of a server: what it lists now; null when it was called, or could not be asked. */
  tools: ListedTool[] | null;
  /** Of a function: the request as it was sent, without secrets, and the answer as it came. */
  exchange: {
    request: { method: string; url: string; body: string | null } | null;
    answer: { status: number; contentType: string | null; body: string } | null;
  } | null;
  /** What the model would have read; null when nothing was called. */
  output: string | null;
}

type Outcome = Omit<ToolTest, "latencyMs">;

const MAX_NOTE = 500;
const NOTHING = { tools: null, exchange: null, output: null };

/**
 * Asks a server for its tools, or calls one of them, or a function, with arguments, and tells what came of it. The
 * outcome is kept with a saved tool that was tested as it is.
 * @throws AppError not_found, invalid_value, missing_required_parameter, outbound_not_allowed, permission_denied
 */
export async function testTool({ ctx, input }: { ctx: ServiceContext; input: Input }): Promise<ToolTest> {
  requirePermission(ctx.principal, "tools.manage");
  const { draft, saved } = await openDraft(ctx, input);
  const startedAt = clock().now();
  const outcome = await tryTool(ctx, { ...draft, id: saved?.id ?? null }, input.call).catch(
    (error: unknown): Outcome => {
      if (isAppError(error) && error.code === "outbound_not_allowed") throw error;
      ctx.signal.throwIfAborted();
      const { code, message } = toAppError(error);
      return { ...NOTHING, ok: false, error: { code, message } };
    },
  );
  const test = { ...outcome, latencyMs: clock().now() - startedAt };
  if (saved && input.change === undefined) await keepOutcome(saved, test);
  return test;
}

async function openDraft(ctx: ServiceContext, input: Input): Promise<{ draft: ToolDraft; saved: SavedToolRow | null }> {
  if (input.id !== undefined) {
    const row = requireTool(await findSavedTool({ teamId: ctx.principal.teamId, id: input.id }));
    return { draft: await changedDraft(row, openSecrets(row), input.change ?? {}), saved: row };
  }
  if (input.tool) return { draft: await draftOf(input.tool), saved: null };
  throw new AppError("missing_required_parameter", "Name a saved tool, or give one to try.", { param: "id" });
}

/** What is tried; with the id of what is saved. */
type Tried = ToolDraft & { id: string | null };

function tryTool(ctx: ServiceContext, draft: Tried, call: Input["call"]): Promise<Outcome> {
  if (draft.kind === "http") return tryFunction(ctx, draft, call?.arguments ?? {});
  return call ? callServer(ctx, draft, call) : listServer(ctx, draft);
}

type Draft<K extends Tried["kind"]> = Extract<Tried, { kind: K }>;

async function listServer(ctx: ServiceContext, draft: Draft<"mcp">): Promise<Outcome> {
  const { allowedTools, requireApproval } = draft.settings;
  const infos = await mcpTools.list(await reachServer(ctx, draft), ctx.signal, { fresh: true });
  const tools = infos.map((info) => ({
    ...info,
    allowed: allowedTools === null || allowedTools.includes(info.name),
    needsApproval: needsApproval({ require_approval: requireApproval }, info),
  }));
  return { ...NOTHING, ok: true, error: null, tools };
}

async function callServer(
  ctx: ServiceContext,
  draft: Draft<"mcp">,
  call: NonNullable<Input["call"]>,
): Promise<Outcome> {
  if (call.name === undefined) {
    throw new AppError("missing_required_parameter", "Name the tool of the server to call.", { param: "call.name" });
  }
  const named = { name: call.name, arguments: call.arguments };
  const { text, error } = await mcpTools.call(await reachServer(ctx, draft), named, ctx.signal);
  const failure = error && { code: error.type, message: text };
  return { ...NOTHING, ok: error === null, error: failure, output: text };
}

async function tryFunction(
  ctx: ServiceContext,
  draft: Draft<"http">,
  values: Record<string, unknown>,
): Promise<Outcome> {
  const { request, answer, text, error } = await httpTools.call(toHttpFunction(draft), values, ctx.signal);
  return {
    ...NOTHING,
    ok: error === null,
    error: error && { code: error.type, message: text },
    exchange: {
      request: request && { method: request.method, url: request.shownUrl, body: request.body },
      answer: answer && { status: answer.status, contentType: answer.contentType, body: answer.text },
    },
    output: text,
  };
}

async function keepOutcome({ teamId, id }: SavedToolRow, test: ToolTest): Promise<void> {
  const what = test.tools ? `${test.tools.length} tools` : `${test.exchange?.answer?.status ?? "called"}`;
  const note = test.error?.message ?? `${what}, ${Math.round(test.latencyMs)} ms`;
  // A server's own words may be in it.
  const lastTestNote = note.slice(0, MAX_NOTE).replaceAll("\0", "").toWellFormed();
  const change = { lastTestAt: new Date(clock().now()), lastTestOk: test.ok, lastTestNote };
  await updateSavedTool({ teamId, id, change });
}
