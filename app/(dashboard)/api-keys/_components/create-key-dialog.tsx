"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { KeyOnce } from "#components/snippets/key-once";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { KeyFields, keyFields } from "./key-fields";
import { newKeyDraft, settingsOf } from "./key-settings";

/** Makes a key and shows it the one time it can be shown. */
export function CreateKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formId = useId();
  const [draft, setDraft] = useState(newKeyDraft);
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.apiKeys.pathKey() }),
    }),
  );
  const close = () => {
    onOpenChange(false);
    create.reset();
    setDraft(newKeyDraft);
  };
  if (create.data) {
    return (
      <Dialog
        open={open}
        onOpenChange={close}
        persistent
        title="Copy the key now"
        description="It is shown this once. Only its beginning and end are kept."
        footer={
          <Button variant="primary" onClick={close}>
            I have it
          </Button>
        }
      >
        <KeyOnce apiKey={create.data.key} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title="Create key"
      footer={
        <SubmitButtons form={formId} onCancel={close} busy={create.isPending}>
          Create key
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => create.mutate(settingsOf(draft, Date.now()))}>
        <KeyFields draft={draft} onChange={setDraft} error={create.error} />
        <FormProblem error={create.error} fields={keyFields} />
      </Form>
    </Dialog>
  );
}
