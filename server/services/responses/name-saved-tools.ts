import type { SavedToolRow } from "#server/db/saved-tools";
import { isRecord, type Json } from "#server/protocol/json-values";
import { isBuiltInToolType, withoutToolPrefix } from "#server/protocol/tools";
import type { ServiceContext } from "#server/services/context";
import { findDefaultTools, findNamedTools } from "#server/services/responses/saved-tools";

/**
 * The body with its saved tools in the form of the contract: `{type: "<name>"}`, as Masaic writes them, and
 * `{type: "rejoinder:tool", name}` of a server become `rejoinder:tool` of a function or `mcp` of a server. A body without
 * `tools` is given those that the caller's key uses by default. What is no saved tool is left to be refused.
 * @throws AppError database_unavailable
 */
export async function nameSavedTools({ ctx, body }: { ctx: ServiceContext; body: unknown }): Promise<unknown> {
  if (!isRecord(body)) return body;
  if (body.tools == null) {
    const rows = await findDefaultTools(ctx);
    return rows.length === 0 ? body : { ...body, tools: rows.map((row) => toWire(row, {})) };
  }
  if (!Array.isArray(body.tools)) return body;
  const choice = choicesIn(body.tool_choice);
  const rows = await findNamedTools(ctx, [...body.tools, ...choice].flatMap(savedNameIn));
  if (rows.size === 0) return body;
  const named = (raw: unknown): unknown => {
    const row = rows.get(savedNameIn(raw)[0] ?? "");
    return row && isRecord(raw) ? toWire(row, raw) : raw;
  };
  const { tool_choice: chosen } = body;
  return {
    ...body,
    tools: body.tools.map(named),
    ...(isRecord(chosen) && {
      tool_choice: Array.isArray(chosen.tools) ? { ...chosen, tools: choice.map(named) } : named(chosen),
    }),
  };
}

function choicesIn(choice: unknown): unknown[] {
  if (!isRecord(choice)) return [];
  return Array.isArray(choice.tools) ? choice.tools : [choice];
}

/** The name of a saved tool, where a raw tool may name one. */
function savedNameIn(raw: unknown): string[] {
  const tool = withoutToolPrefix(raw);
  if (!isRecord(tool) || typeof tool.type !== "string") return [];
  if (tool.type === "rejoinder:tool") return typeof tool.name === "string" ? [tool.name] : [];
  return isBuiltInToolType(tool.type) || tool.type === "allowed_tools" ? [] : [tool.type];
}

function toWire({ kind, name }: Pick<SavedToolRow, "kind" | "name">, { type: _, name: __, ...rest }: Json): Json {
  return kind === "mcp" ? { ...rest, type: "mcp", server_label: name } : { ...rest, type: "rejoinder:tool", name };
}
