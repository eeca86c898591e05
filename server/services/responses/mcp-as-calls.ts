import type { Item } from "#server/protocol/items";
import {
  McpApprovalAnswer,
  McpApprovalAsked,
  McpCallMade,
  type McpCallMade as McpCallMadeItem,
} from "#server/protocol/mcp-tools";
import { callPair } from "#server/services/responses/call-pair";
import { mcpTools } from "#server/tools/registry";
import { type Tool, toolsOfServer } from "#server/tools/tool";

const UNKNOWN = "The call was approved, but it has no result: what became of it is unknown.";
const UNANSWERED = "The user was asked to approve this call and has not answered: it was not run.";
const BROKEN_OFF = "The call was broken off: what became of it is unknown.";

/** True for an item of an MCP server. */
export function isMcpItem({ type }: Item): boolean {
  return type.startsWith("mcp_");
}

/**
 * Tells the MCP items of servers that are asked here from those of a provider that asks others: by their labels, answers
 * by what they answer.
 */
export function itemsOfServers(items: readonly Item[], labels: ReadonlySet<string>): (item: Item) => boolean {
  const ofLabel = (item: Item) => {
    const { server_label, upstream } = { server_label: undefined, upstream: undefined, ...item };
    return isMcpItem(item) && upstream === undefined && typeof server_label === "string" && labels.has(server_label);
  };
  const asked = new Set(items.filter(ofLabel).map(({ id }) => id));
  return (item) => {
    if (item.type !== "mcp_approval_response") return ofLabel(item);
    const { data } = McpApprovalAnswer.safeParse(item);
    return data !== undefined && asked.has(data.approval_request_id);
  };
}

/**
 * The items as a model can read them whose provider knows no MCP: calls, and requests for approval, as calls of
 * functions, each with its result right after it. A call that is approved, but not yet made, has a stand-in there.
 * `tools`: those of the request, whose names the calls have. `isOurs` leaves items to a provider that knows MCP.
 */
export function mcpAsCalls(
  items: readonly Item[],
  tools: ReadonlyMap<string, Tool> = new Map(),
  isOurs: (item: Item) => boolean = isMcpItem,
): Item[] {
  if (!items.some(isMcpItem)) return [...items];
  const asked = new Set(items.flatMap((item) => (item.type === "mcp_approval_request" ? [item.id] : [])));
  const outcomes = outcomesOf(items);
  const shown = ({ id, server_label, name, arguments: asked }: Called, output: string): Item[] => {
    const [tool] = toolsOfServer(tools, server_label, name);
    return callPair({ id, name: tool?.name ?? mcpTools.nameOf(server_label, name), arguments: asked, output });
  };
  return items.flatMap((item): Item[] => {
    if (!isMcpItem(item) || !isOurs(item)) return [item];
    if (item.type === "mcp_approval_request") {
      const { data } = McpApprovalAsked.safeParse(item);
      return data ? shown(data, outcomes.get(item.id) ?? UNANSWERED) : [];
    }
    if (item.type !== "mcp_call") return [];
    const { data } = McpCallMade.safeParse(item);
    // What was approved is shown where it was asked for.
    const isShown = !data || (data.approval_request_id != null && asked.has(data.approval_request_id));
    return isShown ? [] : shown(data, resultOf(data));
  });
}

/** By the id of a request for approval: what became of it. */
function outcomesOf(items: readonly Item[]): Map<string, string> {
  const outcomes = new Map<string, string>();
  for (const item of items) {
    if (item.type === "mcp_approval_response") {
      const { data } = McpApprovalAnswer.safeParse(item);
      if (data) outcomes.set(data.approval_request_id, data.approve ? UNKNOWN : denial(data.reason ?? null));
    } else if (item.type === "mcp_call") {
      const { data } = McpCallMade.safeParse(item);
      if (data?.approval_request_id != null) outcomes.set(data.approval_request_id, resultOf(data));
    }
  }
  return outcomes;
}

function denial(reason: string | null): string {
  const words = "The user did not approve this call: it was not run.";
  return reason === null ? words : `${words} Reason: ${reason}`;
}

function resultOf({ status, output, error }: McpCallMadeItem): string {
  if (error != null) return `The tool failed: ${typeof error === "string" ? error : errorText(error)}`;
  if (status == null || status === "completed") return output ?? "";
  return status === "failed" && output != null ? `The tool failed: ${output}` : BROKEN_OFF;
}

function errorText(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  if ("message" in error) return String(error.message);
  return "content" in error ? JSON.stringify(error.content) : JSON.stringify(error);
}

interface Called {
  id: string;
  server_label: string;
  name: string;
  arguments: string;
}
