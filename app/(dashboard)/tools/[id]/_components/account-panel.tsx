"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2, Unlink } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { FormProblem } from "#components/form/form-problem";
import { useMay } from "#components/shell/shell-context";
import type { SavedTool } from "#components/tools/tool-types";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CopyId } from "#components/ui/copy-id";
import { Field, Input } from "#components/ui/field";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { Skeleton } from "#components/ui/skeleton";
import { Callout, Status } from "#components/ui/status";

type Account = Outputs["toolAccounts"]["get"];

/** The account that a server is used with: the team's, or the person's own. */
export function AccountPanel({ tool }: { tool: SavedTool }) {
  const trpc = useTRPC();
  const account = useQuery(trpc.toolAccounts.get.queryOptions({ id: tool.id }));
  const outcome = useSearchParams().get("account");
  const isTeams = tool.mcp?.oauth?.accounts === "team";
  return (
    <Panel
      title="Account"
      description={isTeams ? "One of the team’s, for every request." : "Each member’s own; keys use their maker’s."}
    >
      <div className="flex min-w-0 flex-col gap-3">
        {outcome !== null && outcome !== "connected" && (
          <Callout tone="warning" title="The account was not connected">
            {outcome === "refused" ? "The consent was refused. " : ""}Try again.
          </Callout>
        )}
        <QueryView query={account} title="The account could not be loaded" skeleton={<Skeleton className="h-16" />}>
          {(data) => <AccountState tool={tool} data={data} isTeams={isTeams} />}
        </QueryView>
      </div>
    </Panel>
  );
}

function AccountState({ tool, data, isTeams }: { tool: SavedTool; data: Account; isTeams: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayManage = useMay("tools.manage");
  const mayUse = useMay("playground.write");
  const mayConnect = isTeams ? mayManage : mayUse;
  const [client, setClient] = useState({ id: "", secret: "" });
  const connect = useMutation(
    trpc.toolAccounts.connect.mutationOptions({ onSuccess: ({ url }) => window.location.assign(url) }),
  );
  const disconnect = useMutation(
    trpc.toolAccounts.disconnect.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.toolAccounts.pathKey() }),
    }),
  );
  const { account } = data;
  const given = client.id.trim() ? { client: { id: client.id.trim(), secret: client.secret.trim() || null } } : {};
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2">
        {account === null && <Status tone="neutral">Not connected</Status>}
        {account?.status === "connected" && <Status tone="ok">Connected</Status>}
        {account && account.status !== "connected" && <Status tone="warning">Needs to be connected anew</Status>}
        {account && (
          <span className="text-ink-3 text-sm">
            <RelativeTime at={account.connectedAt} />
          </span>
        )}
      </p>
      {account?.note && <p className="text-ink-2 [overflow-wrap:anywhere]">{account.note}</p>}
      {mayConnect && mayManage && (
        <details>
          <summary className="rounded-xs text-ink-2 text-sm">With a client that was registered by hand</summary>
          <div className="mt-3 flex flex-col gap-3">
            <Field label="Client ID">
              <Input
                className="figures text-sm"
                value={client.id}
                onChange={(event) => setClient({ ...client, id: event.target.value })}
              />
            </Field>
            <Field label="Client secret" optional>
              <Input
                type="password"
                autoComplete="off"
                value={client.secret}
                onChange={(event) => setClient({ ...client, secret: event.target.value })}
              />
            </Field>
            <p className="min-w-0 text-ink-3 text-sm">
              Its redirect address: <CopyId id={data.redirectUrl} whole />
            </p>
          </div>
        </details>
      )}
      <FormProblem error={connect.error ?? disconnect.error} />
      {mayConnect && (
        <div className="flex flex-wrap gap-2">
          <Button icon={Link2} busy={connect.isPending} onClick={() => connect.mutate({ id: tool.id, ...given })}>
            {account ? "Connect anew" : "Connect account"}
          </Button>
          {account && (
            <Button
              icon={Unlink}
              variant="ghost"
              busy={disconnect.isPending}
              onClick={() => disconnect.mutate({ id: tool.id })}
            >
              Disconnect
            </Button>
          )}
        </div>
      )}
    </>
  );
}
