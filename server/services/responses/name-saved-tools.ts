import type { SavedToolRow } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import { isRecord, type Json, list, record } from "#server/protocol/json-values";
import { isBuiltInToolType, withoutToolPrefix } from "#server/protocol/tools";
import type { ServiceContext } from "#server/services/context";
import { findDefaultTools, findNamedTools } from "#server/services/responses/saved-tools";

/**
 * The body with its saved tools in the form of the contract: `{type: "<name>"}`, as Masaic writes them, and
 * `{type: "rejoinder:tool", name}` of a server become `rejoinder:tool` of a function or `mcp` of a server, also in items of
 * the input. A body without `tools` is given those that the caller's key uses by default. What is no saved tool is left
 * to be refused.
 * @throws AppError unsupported_parameter for another name of a search; database_unavailable
 */
export async function nameSavedTools({ ctx, body }: { ctx: ServiceContext; body: unknown }): Promise<unknown> {
  if (!isRecord(body)) return body;
  const brought = list(body.input).map(toolsBrought);
  const tools = list(body.tools);
  refuseAliases(tools, "tools");
  for (const [index, each] of brought.entries()) refuseAliases(each, `input[${index}].tools`);
  const choice = choicesIn(body.tool_choice);
  const rows = await findNamedTools(ctx, [...tools, ...brought.flat(), ...choice].flatMap(savedNameIn));
  const named = (raw: unknown): unknown => {
    const row = rows.get(savedNameIn(raw)[0] ?? "");
    return row && isRecord(raw) ? toWire(row, raw) : raw;
  };
  const withTools = (holder: Json): Json => ({ ...holder, tools: list(holder.tools).map(named) });
  const defaults = body.tools == null ? (await findDefaultTools(ctx)).map((row) => toWire(row, {})) : [];
  const { input, tool_choice: chosen } = body;
  return {
    ...body,
    ...(Array.isArray(body.tools) && { tools: tools.map(named) }),
    ...(defaults.length > 0 && { tools: defaults }),
    ...(Array.isArray(input) && {
      input: input.map((item, index) => (brought[index]?.length ? withTools(item) : item)),
    }),
    ...(rows.size > 0 &&
      isRecord(chosen) && {
        tool_choice: Array.isArray(chosen.tools) ? { ...chosen, tools: choice.map(named) } : named(chosen),
      }),
  };
}

function toolsBrought(item: unknown): unknown[] {
  const { type, tools } = record(item);
  return type === "additional_tools" ? list(tools) : [];
}

/** Masaic's clients name searches anew; here models know each by its type, and a choice of tools does, too. */
function refuseAliases(tools: readonly unknown[], place: string): void {
  for (const [index, raw] of tools.entries()) {
    const tool = withoutToolPrefix(raw);
    if (!isRecord(tool) || (tool.type !== "file_search" && tool.type !== "agentic_search")) continue;
    const field = ["alias", "alias_description"].find((name) => tool[name] != null);
    if (field === undefined) continue;
    const param = `${place}[${index}].${field}`;
    const message =
      `'${param}' is not supported: models know this tool as '${tool.type}'. Only saved tools and 'think' take another ` +
      "name. To tell several stores apart, name them all in one 'vector_store_ids'.";
    throw new AppError("unsupported_parameter", message, { param });
  }
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
