"use client";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import {
  CredentialFields,
  EMPTY_VENDOR_DRAFT,
  hasCredential,
  toCredential,
  VENDOR_FIELDS,
  type VendorDraft,
} from "#components/providers/vendor-fields";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { toast } from "#components/ui/toast";
import { type ConnectionDialogProps, useRefreshProviders } from "./connection-dialog-parts";

/** Puts a new key in a connection's place. */
export function RotateKeyDialog({ connection, onClose }: ConnectionDialogProps) {
  const trpc = useTRPC();
  const refresh = useRefreshProviders();
  const formId = useId();
  const { kind } = connection;
  const [draft, setDraft] = useState<VendorDraft>(EMPTY_VENDOR_DRAFT);
  const rotate = useMutation(
    trpc.providers.rotate.mutationOptions({
      onSuccess: async () => {
        await refresh();
        toast({ title: `The new key of ${connection.name} is in force` });
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={onClose}
      title="Rotate key"
      description={`${connection.name} uses the new key from the next request on.`}
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={rotate.isPending} disabled={!hasCredential(kind, draft)}>
          Use new key
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => rotate.mutate({ id: connection.id, ...toCredential(kind, draft) })}>
        <CredentialFields
          kind={kind}
          keyField={{ label: "New key", description: `Now: ${connection.keyHint ?? "none"}`, autoFocus: true }}
          draft={draft}
          onChange={setDraft}
          error={rotate.error}
        />
        <FormProblem error={rotate.error} fields={VENDOR_FIELDS} />
      </Form>
    </Dialog>
  );
}
