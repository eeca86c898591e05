"use client";
import { List, Plug, ShieldCheck, ShieldQuestion } from "lucide-react";
import type { ReactNode } from "react";
import { formatPlural } from "#components/format/numbers";
import { ArgumentsView } from "#components/items/arguments-view";
import { CallState } from "#components/items/call-state";
import { Fold } from "#components/items/fold-view";
import { OnServer } from "#components/items/on-server";
import { keyed } from "#components/ui/keyed";
import { Status } from "#components/ui/status";
import { type Json, list, record, text } from "#server/protocol/json-values";
import type { VendorItem } from "#server/protocol/vendor-items";

interface McpViewProps {
  item: Json;
  /** How long it took, where that is known. */
  durationMs?: number | undefined;
}

function Name({ children }: { children: string }) {
  return <span className="figures text-sm">{children}</span>;
}

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="border-t first:border-t-0">
      <p className="px-3 pt-2 text-ink-3 text-xs">{label}</p>
      {children}
    </div>
  );
}

/** A call of an MCP server's tool: what it was given and what it gave. */
function McpCallView({ item, durationMs }: McpViewProps) {
  const failure = failureOf(item.error);
  const status = failure === null ? text(item.status) : "failed";
  const output = text(item.output);
  return (
    <Fold
      icon={Plug}
      startOpen={status === "failed"}
      title={
        <>
          Called <Name>{text(item.name)}</Name>
          <OnServer label={text(item.server_label)} />
        </>
      }
      aside={<CallState status={status} durationMs={durationMs} />}
    >
      <Labelled label="Arguments">
        <ArgumentsView text={text(item.arguments)} />
      </Labelled>
      {failure !== null && (
        <Labelled label="Error">
          <p className="whitespace-pre-wrap px-3 pt-1 pb-2 text-danger [overflow-wrap:anywhere]">{failure}</p>
        </Labelled>
      )}
      {output && (
        <Labelled label="Result">
          <ArgumentsView text={output} label="Result" />
        </Labelled>
      )}
    </Fold>
  );
}

/** The words of what failed a call; null when nothing did. */
function failureOf(error: unknown): string | null {
  if (error == null) return null;
  if (typeof error === "string") return error;
  const { message, content } = record(error);
  const words = list(content).flatMap((part) => text(record(part).text) || []);
  return text(message) || words.join("\n") || JSON.stringify(error);
}

/** The tools of an MCP server, as the model was told of them. */
function McpToolsView({ item, durationMs }: McpViewProps) {
  const tools = list(item.tools).map(record);
  return (
    <Fold
      icon={List}
      title={
        <>
          Listed {formatPlural(tools.length, "tool")} <span className="text-ink-2">of {text(item.server_label)}</span>
        </>
      }
      aside={<CallState status={failureOf(item.error) === null ? "completed" : "failed"} durationMs={durationMs} />}
    >
      <ul>
        {keyed(tools, (tool) => text(tool.name)).map(({ key, item: tool }) => (
          <li key={key} className="border-t px-3 py-1.5 first:border-t-0">
            <Name>{text(tool.name)}</Name>
            {text(tool.description) && <p className="line-clamp-2 text-ink-2 text-sm">{text(tool.description)}</p>}
          </li>
        ))}
      </ul>
    </Fold>
  );
}

/** A call that waits, or waited, for somebody's approval. */
function ApprovalRequestView({ item }: McpViewProps) {
  return (
    <Fold
      icon={ShieldQuestion}
      title={
        <>
          Asks to call <Name>{text(item.name)}</Name>
          <OnServer label={text(item.server_label)} />
        </>
      }
    >
      <ArgumentsView text={text(item.arguments)} />
    </Fold>
  );
}

/** What somebody said of such a call. */
function ApprovalAnswerView({ item }: McpViewProps) {
  const isApproved = item.approve === true;
  const reason = text(item.reason);
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <Status tone={isApproved ? "ok" : "danger"} icon={isApproved ? ShieldCheck : undefined}>
        {isApproved ? "Approved the call" : "Denied the call"}
      </Status>
      {reason && <span className="text-ink-2 [overflow-wrap:anywhere]">{reason}</span>}
    </p>
  );
}

/** An item of an MCP server; null for any other. */
export function mcpView({ type, ...fields }: VendorItem, durationMs?: number): ReactNode {
  const item = record(fields);
  switch (type) {
    case "mcp_call":
      return <McpCallView item={item} durationMs={durationMs} />;
    case "mcp_list_tools":
      return <McpToolsView item={item} durationMs={durationMs} />;
    case "mcp_approval_request":
      return <ApprovalRequestView item={item} />;
    case "mcp_approval_response":
      return <ApprovalAnswerView item={item} />;
    default:
      return null;
  }
}
