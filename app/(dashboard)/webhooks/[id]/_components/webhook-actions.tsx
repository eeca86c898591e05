"use client";
import { useMutation } from "@tanstack/react-query";
import { CirclePause, CirclePlay, Ellipsis, KeyRound, Pencil, Send, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { errorText } from "#components/ui/error-state";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { toast } from "#components/ui/toast";
import { eventsOf } from "../../_components/events";
import { SecretOnceDialog } from "../../_components/secret-once";
import type { Webhook } from "../../_components/webhook-types";
import { EditWebhookDialog } from "./edit-webhook-dialog";
import { useRefreshWebhooks } from "./use-refresh-webhooks";

/** What can be done with a webhook. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const trpc = useTRPC();
  const refresh = useRefreshWebhooks();
  const [open, setOpen] = useState<"edit" | "rotate" | "delete" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => setOpen(null);
  const [event = "response.completed"] = eventsOf(webhook);
  const test = useMutation(
    trpc.webhooks.test.mutationOptions({
      onSuccess: () => toast({ title: `Sent an example of ${event}` }),
      onError: (error) => toast({ kind: "error", title: "The example was not sent", description: errorText(error) }),
      onSettled: refresh,
    }),
  );
  const update = useMutation(
    trpc.webhooks.update.mutationOptions({
      onSuccess: ({ enabled, name }) => toast({ title: enabled ? `Enabled ${name}` : `Disabled ${name}` }),
      onError: (error) => toast({ kind: "error", title: "The webhook was not changed", description: errorText(error) }),
      onSettled: refresh,
    }),
  );
  return (
    <>
      <Button
        icon={Send}
        busy={test.isPending}
        disabled={!webhook.enabled}
        onClick={() => test.mutate({ id: webhook.id, event })}
      >
        Send example
      </Button>
      <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${webhook.name}`} />}>
        <MenuItem icon={Pencil} onSelect={() => setOpen("edit")}>
          Edit
        </MenuItem>
        <MenuItem
          icon={webhook.enabled ? CirclePause : CirclePlay}
          onSelect={() => update.mutate({ id: webhook.id, enabled: !webhook.enabled })}
        >
          {webhook.enabled ? "Disable" : "Enable"}
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={() => setOpen("rotate")}>
          Rotate secret
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      {open === "edit" && <EditWebhookDialog webhook={webhook} onClose={close} />}
      {open === "rotate" && <RotateSecret webhook={webhook} onClose={close} onSecret={setSecret} />}
      {open === "delete" && <DeleteWebhook webhook={webhook} onClose={close} />}
      {secret !== null && <SecretOnceDialog secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}

interface RotateSecretProps {
  webhook: Webhook;
  onClose: () => void;
  onSecret: (secret: string) => void;
}

function RotateSecret({ webhook, onClose, onSecret }: RotateSecretProps) {
  const client = useTRPCClient();
  const refresh = useRefreshWebhooks();
  const rotate = async () => {
    const { signingSecret } = await client.webhooks.rotateSecret.mutate({ id: webhook.id });
    await refresh();
    onSecret(signingSecret);
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Rotate the secret of ${webhook.name}?`}
      action="Rotate secret"
      onConfirm={rotate}
    >
      Deliveries are signed with the new secret from now on. Your server refuses them until it has it; they are tried
      again for 24 hours.
    </ConfirmDialog>
  );
}

function DeleteWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const client = useTRPCClient();
  const refresh = useRefreshWebhooks();
  const router = useRouter();
  const remove = async () => {
    await client.webhooks.delete.mutate({ id: webhook.id });
    router.push("/webhooks");
    await refresh();
    toast({ title: `Deleted ${webhook.name}` });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${webhook.name}?`}
      action="Delete webhook"
      onConfirm={remove}
    >
      Its address is told of nothing more, and its log is deleted. This cannot be undone.
    </ConfirmDialog>
  );
}
