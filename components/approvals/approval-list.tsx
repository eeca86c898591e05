"use client";
import { CheckCheck } from "lucide-react";
import { ApprovalCard } from "#components/approvals/approval-card";
import type { AnswerApprovals } from "#components/approvals/use-answer-approvals";
import { useMay } from "#components/shell/shell-context";
import type { Outputs } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/status";

type Asking = Outputs["approvals"]["ofResponse"];

export interface ApprovalListProps extends Asking {
  responseId: string;
  answers: AnswerApprovals;
}

/** What one response asks, call by call. Its run goes on when all are answered. */
export function ApprovalList({ responseId, requests, lostCredentials, answers }: ApprovalListProps) {
  const mayAnswer = useMay("responses.write") && lostCredentials.length === 0;
  const open = requests.filter((request) => request.state !== "answered");
  const undecided = open.filter((request) => request.state === "pending");
  return (
    <div className="flex min-w-0 max-w-200 flex-col gap-4">
      {lostCredentials.length > 0 && (
        <Callout tone="warning" title="Only the client that sent this request can go on">
          It brought the credentials of {lostCredentials.join(", ")} itself, and a request’s own credentials are not
          kept. Answer it through the API, with the tool’s credentials and previous_response_id.
        </Callout>
      )}
      {open.map((request) => (
        <ApprovalCard
          key={request.id}
          call={request}
          busy={answers.busyIds.includes(request.id)}
          onAnswer={mayAnswer ? (verdict) => answers.answer(responseId, [{ id: request.id, ...verdict }]) : undefined}
        />
      ))}
      {mayAnswer && undecided.length > 1 && (
        <Button
          size="sm"
          icon={CheckCheck}
          className="self-end"
          busy={answers.busyIds.length > 1}
          onClick={() =>
            answers.answer(
              responseId,
              undecided.map(({ id }) => ({ id, approve: true })),
            )
          }
        >
          Approve all {undecided.length}
        </Button>
      )}
    </div>
  );
}
