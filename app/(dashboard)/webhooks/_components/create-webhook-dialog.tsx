"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { SecretOnceDialog } from "./secret-once";
import { newWebhookDraft, WebhookFields, webhookFieldNames } from "./webhook-fields";

/** Adds a webhook and shows its signing secret the one time it can be shown. */
export function CreateWebhookDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formId = useId();
  const [draft, setDraft] = useState(newWebhookDraft);
  const create = useMutation(
    trpc.webhooks.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() }),
    }),
  );
  if (create.data) return <SecretOnceDialog secret={create.data.signingSecret} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add webhook"
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={create.isPending}>
          Add webhook
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => create.mutate(draft)}>
        <WebhookFields draft={draft} onChange={setDraft} error={create.error} />
        <FormProblem error={create.error} fields={webhookFieldNames} />
      </Form>
    </Dialog>
  );
}
