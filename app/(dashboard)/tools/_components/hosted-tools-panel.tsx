"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleDashed } from "lucide-react";
import { type HostedTool, hostedNames } from "#components/tools/hosted-tools";
import { useTRPC } from "#components/trpc/client";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { Status } from "#components/ui/status";

/** The tools that need no saving: whether they can be used, what runs them, and what they lack. */
export function HostedToolsPanel() {
  const trpc = useTRPC();
  const hosted = useQuery(trpc.tools.hosted.queryOptions({}));
  return (
    <Panel
      className="mt-6 shrink-0"
      title="Hosted tools"
      description={
        hosted.data && (
          <>
            Any request may name them. As they are for the team’s default model,{" "}
            <span className="figures text-xs">{hosted.data.model}</span>.
          </>
        )
      }
    >
      <QueryView query={hosted} title="The hosted tools could not be loaded" skeleton={<Skeleton className="h-27" />}>
        {({ tools }) => (
          <ul className="flex flex-col">
            {tools.map((tool) => (
              <HostedToolRow key={tool.type} tool={tool} />
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}

function HostedToolRow({ tool }: { tool: HostedTool }) {
  const { type, runsOn, byProvider, note } = tool;
  return (
    <li className="grid items-baseline gap-x-4 gap-y-0.5 border-t py-2 first:border-t-0 first:pt-0 last:pb-0 sm:grid-cols-[9rem_8rem_minmax(0,1fr)]">
      <span className="font-medium">{hostedNames[type]}</span>
      <HostedToolStatus tool={tool} />
      <span className="min-w-0 text-ink-2 text-sm [overflow-wrap:anywhere]">
        {runsOn !== null && (
          <span className="block">
            {byProvider && "Run by the provider "}
            <span className="figures">{runsOn}</span>
          </span>
        )}
        {note && <span className="block">{note}</span>}
      </span>
    </li>
  );
}

function HostedToolStatus({ tool: { available, note } }: { tool: HostedTool }) {
  if (!available) {
    return (
      <Status tone="neutral" icon={CircleDashed}>
        Not available
      </Status>
    );
  }
  return note === null ? <Status tone="ok">Ready</Status> : <Status tone="warning">Limited</Status>;
}
