"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { ApprovalList } from "#components/approvals/approval-list";
import { useAnswerApprovals } from "#components/approvals/use-answer-approvals";
import { useTRPC } from "#components/trpc/client";
import { Panel } from "#components/ui/panel";
import type { ResponseResource } from "#server/protocol/response";

/** What a response waits for, to be answered here; nothing when it waits for nothing. */
export function ResponseApprovals({ response }: { response: ResponseResource }) {
  const trpc = useTRPC();
  const router = useRouter();
  const answers = useAnswerApprovals((next) => router.push(`/responses/${next}`));
  const responseId = response.id;
  const asked = response.output.some(({ type }) => type === "mcp_approval_request");
  const approvals = useQuery(trpc.approvals.ofResponse.queryOptions({ responseId }, { enabled: asked, retry: false }));
  if (!approvals.data?.requests.some(({ state }) => state !== "answered")) return null;
  return (
    <Panel title="Waits for approval" description="Its run goes on as a new response once every call is answered.">
      <ApprovalList responseId={responseId} {...approvals.data} answers={answers} />
    </Panel>
  );
}
