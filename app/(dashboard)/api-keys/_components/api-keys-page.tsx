"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useMay, useShell } from "#components/shell/shell-context";
import { curlSnippet } from "#components/snippets/request-snippets";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { CreateKeyDialog } from "./create-key-dialog";
import { KeysTable } from "./keys-table";

/** Every key of the team, and the way to a new one. */
export function ApiKeysPage() {
  const trpc = useTRPC();
  const mayCreate = useMay("apiKeys.write");
  const [creating, setCreating] = useState(false);
  const keys = useInfiniteQuery(
    trpc.apiKeys.list.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor }),
  );
  const create = mayCreate && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      Create key
    </Button>
  );
  return (
    <Page title="API keys" actions={create}>
      <QueryView query={keys} title="The keys could not be loaded" skeleton={<TableSkeleton columns={6} wide />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0) return <NoKeys action={create} />;
          return (
            <>
              <KeysTable keys={rows} />
              <MoreButton list={keys} className="mt-3" />
            </>
          );
        }}
      </QueryView>
      <CreateKeyDialog open={creating} onOpenChange={setCreating} />
    </Page>
  );
}

function NoKeys({ action }: { action: React.ReactNode }) {
  const { baseUrl } = useShell();
  const body = { model: "builtin/demo", input: "Hello" };
  return (
    <EmptyState
      icon={KeyRound}
      title="An API key lets an app call this server"
      action={action}
      command={
        <CodeBlock
          language="bash"
          title="With a key, this runs as it stands"
          code={curlSnippet({ baseUrl, apiKey: "$REJOINDER_API_KEY", body })}
        />
      }
    >
      Each app gets its own: with its scopes, limits and expiry, and revoked alone.
    </EmptyState>
  );
}
