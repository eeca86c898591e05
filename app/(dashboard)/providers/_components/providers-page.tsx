"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { ProviderForm } from "#components/providers/provider-form";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { QueryView } from "#components/ui/query-view";
import { placeholderKeys, Skeleton } from "#components/ui/skeleton";
import { Callout } from "#components/ui/status";
import { toast } from "#components/ui/toast";
import { ConnectionCard } from "./connection-card";

/** Every connection the team's models come through. */
export function ProvidersPage() {
  const trpc = useTRPC();
  const mayManage = useMay("providers.manage");
  const providers = useQuery(trpc.providers.list.queryOptions());
  const [adding, setAdding] = useState(false);
  const add = mayManage && (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      Add provider
    </Button>
  );
  return (
    <Page title="Providers" actions={add}>
      <QueryView query={providers} title="The providers could not be loaded" skeleton={<CardsSkeleton />}>
        {(connections) => (
          <div className="flex w-full max-w-240 flex-col gap-3">
            {connections.every((each) => each.source === "builtin") && (
              <Callout title="No language model is connected yet">
                The built-in demo model answers from rules and your documents, without any LLM. Add a provider, or name
                one in the environment, to get real answers.
              </Callout>
            )}
            {connections.map((connection) => (
              <ConnectionCard key={connection.id} connection={connection} />
            ))}
          </div>
        )}
      </QueryView>
      <Dialog open={adding} onOpenChange={setAdding} title="Add provider">
        <ProviderForm
          cancel={<Button onClick={() => setAdding(false)}>Cancel</Button>}
          onDone={(connection) => {
            setAdding(false);
            toast({ title: `Added ${connection.name}` });
          }}
        />
      </Dialog>
    </Page>
  );
}

function CardsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex max-w-240 flex-col gap-3">
      {placeholderKeys(3).map((key) => (
        <Skeleton key={key} className="h-24" />
      ))}
    </div>
  );
}
