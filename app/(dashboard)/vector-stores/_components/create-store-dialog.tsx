"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";

/** Makes a store and goes to it. */
export function CreateStoreDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const formId = useId();
  const [name, setName] = useState("");
  const create = useMutation(
    trpc.vectorStores.create.mutationOptions({
      onSuccess: async (store) => {
        await queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() });
        router.push(`/vector-stores/${store.id}`);
      },
    }),
  );
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create vector store"
      size="sm"
      footer={
        <SubmitButtons
          form={formId}
          onCancel={() => onOpenChange(false)}
          busy={create.isPending || create.isSuccess}
          disabled={!name.trim()}
        >
          Create vector store
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => create.mutate({ name: name.trim() })}>
        <Field label="Name" description="What the documents have in common." error={fieldError(create.error, "name")}>
          <Input autoFocus placeholder="Handbook" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <FormProblem error={create.error} fields={["name"]} />
      </Form>
    </Dialog>
  );
}
