"use client";
import { useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { toast } from "#components/ui/toast";
import { type ConnectionDialogProps, useRefreshProviders } from "./connection-dialog-parts";

/** Asks before a connection goes. */
export function RemoveConnectionDialog({ connection, onClose }: ConnectionDialogProps) {
  const client = useTRPCClient();
  const refresh = useRefreshProviders();
  const remove = async () => {
    await client.providers.remove.mutate({ id: connection.id });
    await refresh();
    toast({ title: `Removed ${connection.name}` });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove ${connection.name}?`}
      action="Remove provider"
      onConfirm={remove}
    >
      Requests for <span className="figures text-sm">{connection.name}/…</span> are refused from now on, and its key is
      deleted. Traces stay.
    </ConfirmDialog>
  );
}
