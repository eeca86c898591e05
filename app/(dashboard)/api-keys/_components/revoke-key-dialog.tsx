"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { toast } from "#components/ui/toast";
import type { ApiKey } from "./key-settings";

/** Asks before a key stops working for good. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const revoke = async () => {
    await client.apiKeys.revoke.mutate({ id: apiKey.id });
    await queryClient.invalidateQueries({ queryKey: trpc.apiKeys.pathKey() });
    toast({ title: `Revoked ${apiKey.name}` });
  };
  return (
    <ConfirmDialog open onOpenChange={onClose} title={`Revoke ${apiKey.name}?`} action="Revoke key" onConfirm={revoke}>
      Whatever uses <span className="figures text-sm">{apiKey.display}</span> is refused within two seconds. This cannot
      be undone; its traces stay.
    </ConfirmDialog>
  );
}
