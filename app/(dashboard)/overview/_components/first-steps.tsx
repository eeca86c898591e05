"use client";
import { Gauge } from "lucide-react";
import Link from "next/link";
import { useMay, useShell } from "#components/shell/shell-context";
import { curlSnippet } from "#components/snippets/request-snippets";
import { buttonClass } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import type { Overview } from "./overview-page";

/** Before the first request: how to make it. */
export function FirstSteps({ overview }: { overview: Overview }) {
  const { baseUrl } = useShell();
  const mayPlay = useMay("playground.write");
  const mayMakeKeys = useMay("apiKeys.write");
  const days = overview.byDay.length;
  return (
    <EmptyState
      icon={Gauge}
      title={`No request in the last ${days} days`}
      action={
        <>
          {mayPlay && (
            <Link href="/playground" className={buttonClass({ variant: "primary" })}>
              Open the playground
            </Link>
          )}
          {mayMakeKeys && (
            <Link href="/api-keys" className={buttonClass()}>
              Create an API key
            </Link>
          )}
        </>
      }
      command={
        <CodeBlock
          language="bash"
          title="Or send one with a key of yours"
          code={curlSnippet({ baseUrl, apiKey: "$REJOINDER_API_KEY", body: { model: "builtin/demo", input: "Hello" } })}
        />
      }
    >
      Requests, tokens, cost and latency of the team appear here, seconds after the first run.
    </EmptyState>
  );
}
