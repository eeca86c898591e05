"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { NotebookPen, Plus } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { Page } from "#components/shell/page";
import { useMay, useShell } from "#components/shell/shell-context";
import { javascriptSnippet } from "#components/snippets/request-snippets";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { CopyId } from "#components/ui/copy-id";
import { EmptyState } from "#components/ui/empty-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { TableSkeleton } from "#components/ui/skeleton";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import { CreatePromptDialog } from "./create-prompt-dialog";
import type { Prompt } from "./template-draft";

const head = (
  <>
    <Th>Name</Th>
    <Th align="right">Versions</Th>
    <Th align="right">Default</Th>
    <Th>Changed</Th>
    <Th>Id</Th>
  </>
);

/** The team's prompts, newest first, and the way to a new one. */
export function PromptsPage() {
  const trpc = useTRPC();
  const mayWrite = useMay("prompts.write");
  const [creating, setCreating] = useState(false);
  const list = useInfiniteQuery(
    trpc.prompts.list.infiniteQueryOptions({ limit: 50 }, { getNextPageParam: (page) => page.nextCursor ?? undefined }),
  );
  const create = mayWrite && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      Create prompt
    </Button>
  );
  return (
    <Page title="Prompts" actions={create}>
      <QueryView query={list} title="The prompts could not be loaded" skeleton={<TableSkeleton columns={5} wide />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0) return <NoPrompts action={create} />;
          return (
            <>
              <PromptsTable prompts={rows} />
              <MoreButton list={list} className="mt-3" />
            </>
          );
        }}
      </QueryView>
      {creating && <CreatePromptDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function PromptsTable({ prompts }: { prompts: readonly Prompt[] }) {
  return (
    <Table label="Prompts" head={head} keys wide>
      {prompts.map((prompt) => (
        <Tr key={prompt.id}>
          <Td className="max-w-80">
            <Link {...rowLinkProps} href={`/prompts/${prompt.id}`} className="block truncate rounded-xs font-medium">
              {prompt.name}
            </Link>
          </Td>
          <Td align="right">{prompt.latest_version}</Td>
          <Td align="right">{prompt.default_version}</Td>
          <Td className="whitespace-nowrap text-ink-2">
            <RelativeTime at={prompt.updated_at * 1000} />
          </Td>
          <Td>
            <CopyId id={prompt.id} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function NoPrompts({ action }: { action: ReactNode }) {
  const { baseUrl } = useShell();
  return (
    <EmptyState
      icon={NotebookPen}
      title="A prompt keeps instructions and messages out of your code"
      action={action}
      command={
        <CodeBlock
          language="javascript"
          title="A request then only names it"
          code={javascriptSnippet({
            baseUrl,
            apiKey: "$REJOINDER_API_KEY",
            body: { prompt: { id: "pmpt_…", variables: { city: "Paris" } } },
          })}
          wrap
        />
      }
    >
      In versions: change it here, try it, and make a version the default when it is better.
    </EmptyState>
  );
}
