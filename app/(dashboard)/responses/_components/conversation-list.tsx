"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { MessagesSquare } from "lucide-react";
import Link from "next/link";
import { shortenId } from "#components/format/ids";
import { useShell } from "#components/shell/shell-context";
import { javascriptSnippet } from "#components/snippets/request-snippets";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { TableSkeleton } from "#components/ui/skeleton";
import { Badge } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";

type Row = Outputs["conversations"]["list"]["rows"][number];

const head = (
  <>
    <Th>Conversation</Th>
    <Th>Created</Th>
    <Th align="right">Items</Th>
    <Th>Metadata</Th>
  </>
);

/** The team's conversations, newest first. */
export function ConversationList() {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.conversations.list.infiniteQueryOptions(
      { limit: 50 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <QueryView
      query={list}
      title="The conversations could not be loaded"
      skeleton={<TableSkeleton rows={12} columns={4} />}
    >
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.rows);
        if (rows.length === 0) return <NoConversations />;
        return (
          <div className="scroll-thin min-h-0 flex-1 overflow-auto">
            <Table label="Conversations" head={head} keys className="overflow-visible lg:[--table-gutter:1.5rem]">
              {rows.map((row) => (
                <ConversationRow key={row.id} row={row} />
              ))}
            </Table>
            <MoreButton list={list} className="px-4 py-3 lg:px-6" />
          </div>
        );
      }}
    </QueryView>
  );
}

function ConversationRow({ row }: { row: Row }) {
  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <Link
          {...rowLinkProps}
          href={`/responses/conversations/${row.id}`}
          title={row.id}
          className="figures rounded-xs text-sm"
        >
          {shortenId(row.id)}
        </Link>
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={row.created_at * 1000} />
      </Td>
      <Td align="right">{row.itemCount}</Td>
      <Td className="w-full">
        <span className="flex flex-wrap gap-1">
          {Object.entries(row.metadata).map(([name, value]) => (
            <Badge key={name} className="max-w-56">
              <span className="truncate">
                {name}: {value}
              </span>
            </Badge>
          ))}
        </span>
      </Td>
    </Tr>
  );
}

function NoConversations() {
  const { baseUrl } = useShell();
  return (
    <EmptyState
      icon={MessagesSquare}
      title="A conversation keeps its items across responses"
      command={
        <CodeBlock
          language="javascript"
          title="Begin one with POST /v1/conversations, then name it"
          code={javascriptSnippet({
            baseUrl,
            apiKey: "$REJOINDER_API_KEY",
            body: { model: "builtin/demo", conversation: "conv_…", input: "Hello" },
          })}
          wrap
        />
      }
    >
      Each response reads what was said before, and adds its input and its answer.
    </EmptyState>
  );
}
