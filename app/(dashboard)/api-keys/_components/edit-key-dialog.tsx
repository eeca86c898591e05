"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { toast } from "#components/ui/toast";
import { KeyFields, keyFields } from "./key-fields";
import { type ApiKey, draftOf, settingsOf } from "./key-settings";

/** Changes what a key may do. The key itself stays the same. */
export function EditKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formId = useId();
  const [draft, setDraft] = useState(() => draftOf(apiKey));
  const update = useMutation(
    trpc.apiKeys.update.mutationOptions({
      onSuccess: async (changed) => {
        await queryClient.invalidateQueries({ queryKey: trpc.apiKeys.pathKey() });
        toast({ title: `Changed ${changed.name}` });
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Edit key"
      description={<span className="figures text-sm">{apiKey.display}</span>}
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={update.isPending}>
          Save changes
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => update.mutate({ id: apiKey.id, ...settingsOf(draft, Date.now()) })}>
        <KeyFields draft={draft} onChange={setDraft} error={update.error} existing />
        <FormProblem error={update.error} fields={keyFields} />
      </Form>
    </Dialog>
  );
}
