"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { formatShare } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { toast } from "#components/ui/toast";
import { AliasDialog } from "./alias-dialog";
import { BreakerStatus } from "./breaker-status";
import { groupTargets, type Route, sharesOf } from "./targets";

/** How often breakers are looked at again. */
const LOOK_AGAIN_MS = 5_000;

/** The team's aliases: what stands behind each, in the order it is asked, and how it does. */
export function AliasesPanel() {
  const trpc = useTRPC();
  const mayManage = useMay("models.manage");
  const routes = useQuery(trpc.models.routes.queryOptions(undefined, { refetchInterval: LOOK_AGAIN_MS }));
  const [editing, setEditing] = useState<Route | null>(null);
  const [removing, setRemoving] = useState<Route | null>(null);
  return (
    <Panel
      title="Aliases"
      description="One name for several models. When one cannot answer, the next is asked before the app notices."
      flush
    >
      <QueryView
        query={routes}
        title="The aliases could not be loaded"
        skeleton={<TableSkeleton rows={3} columns={3} head={false} />}
      >
        {(rows) =>
          rows.length === 0 ? (
            <p className="border-t px-4 py-4 text-ink-2">
              No alias yet. With one called <span className="figures text-sm">fast</span>, apps ask for{" "}
              <span className="figures text-sm">"model": "fast"</span>, whichever model that is today.
            </p>
          ) : (
            <ul>
              {rows.map((route) => (
                <AliasRow
                  key={route.id}
                  route={route}
                  mayManage={mayManage}
                  onEdit={() => setEditing(route)}
                  onRemove={() => setRemoving(route)}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      {editing && <AliasDialog route={editing} onClose={() => setEditing(null)} />}
      {removing && <RemoveAlias route={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

interface AliasRowProps {
  route: Route;
  mayManage: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function AliasRow({ route, mayManage, onEdit, onRemove }: AliasRowProps) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3 gap-y-1 border-t px-4 py-2.5 sm:grid-cols-[minmax(7rem,14rem)_minmax(0,1fr)_auto]">
      <span className="figures truncate py-0.5 font-medium text-sm" title={route.alias}>
        {route.alias}
      </span>
      <TargetList route={route} />
      <span className="max-sm:col-start-2 max-sm:row-start-1">
        {mayManage && (
          <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${route.alias}`} size="sm" />}>
            <MenuItem icon={Pencil} onSelect={onEdit}>
              Edit
            </MenuItem>
            <MenuItem icon={Trash2} danger onSelect={onRemove}>
              Remove
            </MenuItem>
          </Menu>
        )}
      </span>
    </li>
  );
}

function TargetList({ route }: { route: Route }) {
  const shares = new Map(sharesOf(route.targets).map((share, at) => [route.targets[at], share]));
  return (
    <ol className="flex min-w-0 flex-col gap-1 max-sm:col-span-2">
      {groupTargets(route.targets).map((group, at) => (
        <li key={group[0]?.model} className="flex gap-2.5">
          <span className="figures w-3 shrink-0 py-0.5 text-right text-ink-3 text-sm">{at + 1}</span>
          <ul className="flex min-w-0 flex-1 flex-col gap-1">
            {group.map((target) => {
              const share = shares.get(target) ?? null;
              return (
                <li key={target.model} className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 py-0.5">
                  <span className="figures min-w-0 truncate text-sm" title={target.model}>
                    {target.model}
                  </span>
                  {share !== null && <span className="figures text-ink-3 text-sm">{formatShare(share)}</span>}
                  <BreakerStatus target={target} />
                </li>
              );
            })}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function RemoveAlias({ route, onClose }: { route: Route; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const remove = async () => {
    await client.models.removeRoute.mutate({ id: route.id });
    await queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() });
    toast({ title: `Removed ${route.alias}` });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove ${route.alias}?`}
      action="Remove alias"
      onConfirm={remove}
    >
      Apps that ask for <span className="figures text-sm">{route.alias}</span> are refused from now on. The models stay.
    </ConfirmDialog>
  );
}
