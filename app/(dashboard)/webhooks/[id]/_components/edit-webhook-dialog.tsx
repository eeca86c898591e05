"use client";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { toast } from "#components/ui/toast";
import { eventsOf } from "../../_components/events";
import { WebhookFields, webhookFieldNames } from "../../_components/webhook-fields";
import type { Webhook, WebhookDraft } from "../../_components/webhook-types";
import { useRefreshWebhooks } from "./use-refresh-webhooks";

function draftOf(webhook: Webhook): WebhookDraft {
  const { name, url, backgroundOnly } = webhook;
  return { name, url, events: eventsOf(webhook), backgroundOnly };
}

/** Changes what a webhook is told of, and where. */
export function EditWebhookDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const trpc = useTRPC();
  const refresh = useRefreshWebhooks();
  const formId = useId();
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const update = useMutation(
    trpc.webhooks.update.mutationOptions({
      onSuccess: async ({ name }) => {
        await refresh();
        toast({ title: `Changed ${name}` });
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Edit ${webhook.name}`}
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={update.isPending}>
          Save changes
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => update.mutate({ id: webhook.id, ...draft })}>
        <WebhookFields draft={draft} onChange={setDraft} error={update.error} />
        <FormProblem error={update.error} fields={webhookFieldNames} />
      </Form>
    </Dialog>
  );
}
