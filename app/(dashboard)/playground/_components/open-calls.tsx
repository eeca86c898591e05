"use client";
import { useState } from "react";
import { ApprovalCard, type Verdict } from "#components/approvals/approval-card";
import type { FunctionCallItem } from "#server/protocol/items";
import { FunctionResults } from "./function-results";
import type { AskedItem } from "./turns";

export interface OpenCallsProps {
  /** Of the caller's own functions. */
  calls: readonly FunctionCallItem[];
  /** Of tools that wait to be approved. */
  approvals: readonly AskedItem[];
  onSend: (items: unknown[]) => void;
}

/** What an answer left open: calls to approve, then results to give. The run goes on when nothing is left. */
export function OpenCalls({ calls, approvals, onSend }: OpenCallsProps) {
  const [verdicts, setVerdicts] = useState<ReadonlyMap<string, Verdict>>(new Map());
  const waiting = approvals.filter(({ id }) => !verdicts.has(id));
  const decide = (id: string, verdict: Verdict) => {
    const next = new Map(verdicts).set(id, verdict);
    setVerdicts(next);
    if (next.size === approvals.length && calls.length === 0) onSend(itemsOf(next));
  };
  if (waiting.length === 0) {
    return <FunctionResults calls={calls} onSend={(items) => onSend([...itemsOf(verdicts), ...items])} />;
  }
  return (
    <section
      aria-label="Waits for approval"
      className="scroll-thin flex max-h-[50dvh] flex-col gap-4 overflow-y-auto rounded-lg border border-edge bg-surface p-3"
    >
      {waiting.map((call) => (
        <ApprovalCard
          key={call.id}
          call={{ ...call, serverUrl: null, decision: null }}
          onAnswer={(verdict) => decide(call.id, verdict)}
        />
      ))}
    </section>
  );
}

function itemsOf(verdicts: ReadonlyMap<string, Verdict>): unknown[] {
  return [...verdicts].map(([id, verdict]) => ({ type: "mcp_approval_response", approval_request_id: id, ...verdict }));
}
