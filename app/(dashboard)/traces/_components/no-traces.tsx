"use client";
import { Activity, SearchX } from "lucide-react";
import Link from "next/link";
import { useMay, useShell } from "#components/shell/shell-context";
import { curlSnippet } from "#components/snippets/request-snippets";
import { Button, buttonClass } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";

/** Before the first trace. */
export function NoTraces() {
  const { baseUrl } = useShell();
  const mayPlay = useMay("playground.write");
  return (
    <EmptyState
      icon={Activity}
      title="Every run leaves a trace here"
      action={
        mayPlay && (
          <Link href="/playground" className={buttonClass({ variant: "primary" })}>
            Run one in the playground
          </Link>
        )
      }
      command={
        <CodeBlock
          language="bash"
          title="Or from a terminal; it appears within two seconds"
          code={curlSnippet({ baseUrl, apiKey: "$REJOINDER_API_KEY", body: { model: "builtin/demo", input: "Hello" } })}
        />
      }
    >
      Model calls, tools, searches and refusals, with the time, tokens and cost of each step.
    </EmptyState>
  );
}

/** When no trace fits the filters. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No trace fits these filters"
      action={<Button onClick={onClear}>Clear the filters</Button>}
    >
      New ones that fit appear here by themselves.
    </EmptyState>
  );
}
