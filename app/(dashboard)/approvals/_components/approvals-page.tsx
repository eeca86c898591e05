"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useAnswerApprovals } from "#components/approvals/use-answer-approvals";
import { shortenId } from "#components/format/ids";
import { Page } from "#components/shell/page";
import { useShell } from "#components/shell/shell-context";
import { curlSnippet } from "#components/snippets/request-snippets";
import { useTRPC } from "#components/trpc/client";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { SkeletonStack } from "#components/ui/skeleton";
import { Callout } from "#components/ui/status";
import { AskingResponse } from "./asking-response";

const lookMs = 10_000;

/** The inbox: responses whose tools wait for somebody, newest first. */
export function ApprovalsPage() {
  const trpc = useTRPC();
  const [continuedAs, setContinuedAs] = useState<string | null>(null);
  const answers = useAnswerApprovals(setContinuedAs);
  const list = useInfiniteQuery(
    trpc.approvals.list.infiniteQueryOptions(
      {},
      { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: lookMs },
    ),
  );
  return (
    <Page title="Approvals">
      {continuedAs && <GoesOn responseId={continuedAs} />}
      <QueryView
        query={list}
        title="The approvals could not be loaded"
        skeleton={<SkeletonStack shapes={["h-48 max-w-200", "h-48 max-w-200"]} />}
      >
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0) return <NothingWaits />;
          return (
            <div className="flex max-w-200 flex-col gap-4">
              {rows.map((row) => (
                <AskingResponse key={row.responseId} row={row} answers={answers} />
              ))}
              <MoreButton list={list} />
            </div>
          );
        }}
      </QueryView>
    </Page>
  );
}

function GoesOn({ responseId }: { responseId: string }) {
  return (
    <div className="mb-4 max-w-200" role="status">
      <Callout tone="ok" title="The run goes on">
        As{" "}
        <Link href={`/responses/${responseId}`} className="figures text-accent text-sm underline underline-offset-2">
          {shortenId(responseId)}
        </Link>
        , in the background and under your name.
      </Callout>
    </div>
  );
}

function NothingWaits() {
  const { baseUrl } = useShell();
  const tool = { type: "mcp", server_label: "docs", server_url: "https://mcp.context7.com/mcp" };
  return (
    <EmptyState
      icon={ShieldCheck}
      title="No call waits for approval"
      command={
        <CodeBlock
          language="bash"
          title="A request whose tools ask first"
          code={curlSnippet({
            baseUrl,
            apiKey: "$REJOINDER_API_KEY",
            body: { model: "builtin/demo", input: "Look it up in the docs.", tools: [tool] },
          })}
        />
      }
    >
      A tool of an MCP server asks before it runs, unless its require_approval says otherwise. What stored responses ask
      can be answered here, or through the API.
    </EmptyState>
  );
}
