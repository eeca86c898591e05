"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { MessagesSquare } from "lucide-react";
import { shortenId } from "#components/format/ids";
import { ItemRows } from "#components/items/item-rows";
import { Page } from "#components/shell/page";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { CopyId } from "#components/ui/copy-id";
import { FactStrip } from "#components/ui/fact-strip";
import { MissingThing } from "#components/ui/missing-thing";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { Skeleton } from "#components/ui/skeleton";
import { DeleteConversation } from "./delete-conversation";

const crumbs = [{ label: "Conversations", href: "/responses?view=conversations" }];

/** A conversation's facts and its items, in the order in which they were said. */
export function ConversationPage({ conversationId }: { conversationId: string }) {
  const trpc = useTRPC();
  const conversation = useQuery(trpc.conversations.get.queryOptions({ conversationId }, { retry: false }));
  if (conversation.error && problemOf(conversation.error).code === "not_found") {
    return (
      <Page title="Conversation" crumbs={crumbs}>
        <MissingThing icon={MessagesSquare} thing="conversation" href="/responses?view=conversations" />
      </Page>
    );
  }
  return (
    <Page
      title={<span className="figures">{shortenId(conversationId)}</span>}
      crumbs={crumbs}
      actions={conversation.data && <DeleteConversation conversationId={conversationId} />}
    >
      <QueryView
        query={conversation}
        title="The conversation could not be loaded"
        skeleton={<Skeleton className="h-17" />}
      >
        {(data) => (
          <div className="flex min-w-0 flex-col gap-4">
            <Facts conversation={data} />
            <Items conversationId={conversationId} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function Facts({ conversation }: { conversation: Outputs["conversations"]["get"] }) {
  const facts = [
    { name: "Created", value: <RelativeTime at={conversation.created_at * 1000} /> },
    { name: "Id", value: <CopyId id={conversation.id} /> },
    ...Object.entries(conversation.metadata).map(([name, value]) => ({ name, value })),
  ];
  return <FactStrip facts={facts} />;
}

function Items({ conversationId }: { conversationId: string }) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.conversations.items.infiniteQueryOptions(
      { conversationId, limit: 50 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <QueryView query={list} title="The items could not be loaded" skeleton={<Skeleton className="h-60" />}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.rows);
        if (items.length === 0) return <p className="text-ink-2">Nothing was said in it yet.</p>;
        return (
          <>
            <ItemRows items={items} />
            <MoreButton list={list} label="Show later items" className="pt-4" />
          </>
        );
      }}
    </QueryView>
  );
}
