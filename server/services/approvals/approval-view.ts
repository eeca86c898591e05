import type { ApprovalRow } from "#server/db/approvals";
import { McpApprovalAsked } from "#server/protocol/mcp-tools";
import type { ResponseResource } from "#server/protocol/response";

/** A call that a response asks a person to approve, as a page shows it. */
export interface ApprovalView {
  id: string;
  serverLabel: string | null;
  /** As the request named it; null for a server that is known by its label alone. */
  serverUrl: string | null;
  tool: string | null;
  /** JSON text; null: too long for a list. */
  arguments: string | null;
  state: "pending" | "decided" | "answered";
  /** What a person said of it in the dashboard; null where nobody has. */
  decision: { approve: boolean; reason: string | null; by: string | null; at: Date } | null;
}

function decisionOf({ approve, reason, deciderName, decidedAt }: ApprovalRow): ApprovalView["decision"] {
  return approve === null || decidedAt === null ? null : { approve, reason, by: deciderName, at: decidedAt };
}

/** The view of a request for approval. `tools`: those of its response. */
export function toApprovalView(row: ApprovalRow, { tools }: Pick<ResponseResource, "tools">): ApprovalView {
  const { data: call } = McpApprovalAsked.safeParse(row.item);
  const label = call?.server_label ?? null;
  const server = tools.find((tool) => tool.type === "mcp" && tool.server_label === label);
  const url = server && "server_url" in server ? server.server_url : null;
  return {
    id: row.id,
    serverLabel: label,
    serverUrl: typeof url === "string" ? url : null,
    tool: call?.name ?? null,
    arguments: call?.arguments ?? null,
    state: row.answeredAt !== null ? "answered" : row.approve !== null ? "decided" : "pending",
    decision: decisionOf(row),
  };
}

/** Labels of servers for whose credentials a response cannot be gone on with here. */
export function lostCredentialsOf(rows: readonly { lostCredentials: readonly string[] }[]): string[] {
  return [...new Set(rows.flatMap((row) => row.lostCredentials))];
}
