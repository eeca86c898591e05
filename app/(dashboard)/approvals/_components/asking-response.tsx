"use client";
import Link from "next/link";
import { ApprovalList } from "#components/approvals/approval-list";
import type { AnswerApprovals } from "#components/approvals/use-answer-approvals";
import { shortenId } from "#components/format/ids";
import { formatPlural } from "#components/format/numbers";
import { TraceLink } from "#components/trace/trace-link";
import type { Outputs } from "#components/trpc/client";
import { Panel } from "#components/ui/panel";
import { RelativeTime } from "#components/ui/relative-time";

type Row = Outputs["approvals"]["list"]["rows"][number];

/** A response that waits: who asked for it, when, of which model, and the calls. */
export function AskingResponse({ row, answers }: { row: Row; answers: AnswerApprovals }) {
  const waiting = row.requests.filter(({ state }) => state !== "answered").length;
  return (
    <Panel
      title={
        <>
          <span className="figures text-sm">{row.model}</span> asks to make {formatPlural(waiting, "call")}
        </>
      }
      description={
        <span className="flex flex-wrap items-center gap-x-3">
          <RelativeTime at={row.createdAt} />
          <span>{row.apiKeyName ? `Key ${row.apiKeyName}` : (row.userName ?? "Nobody who is still here")}</span>
          <Link
            href={`/responses/${row.responseId}`}
            className="figures rounded-xs text-accent text-xs hover:underline"
          >
            {shortenId(row.responseId)}
          </Link>
          <TraceLink responseId={row.responseId} />
        </span>
      }
    >
      <ApprovalList {...row} answers={answers} />
    </Panel>
  );
}
