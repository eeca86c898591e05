"use client";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import {
  CredentialFields,
  EMPTY_VENDOR_DRAFT,
  PLACE_FIELDS,
  PlaceFields,
  toCredential,
  toVendorSettings,
  VENDOR_FIELDS,
  type VendorDraft,
} from "#components/providers/vendor-fields";
import { WireField } from "#components/providers/wire-field";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import { type ConnectionDialogProps, useRefreshProviders } from "./connection-dialog-parts";

/** Changes name, address and the list of models of a connection. */
export function EditConnectionDialog({ connection, onClose }: ConnectionDialogProps) {
  const { kind } = connection;
  const trpc = useTRPC();
  const refresh = useRefreshProviders();
  const formId = useId();
  const [name, setName] = useState(connection.name);
  const [baseUrl, setBaseUrl] = useState(connection.baseUrl ?? "");
  const [models, setModels] = useState(connection.models.join("\n"));
  const [wire, setWire] = useState(connection.wire);
  const [vendor, setVendor] = useState<VendorDraft>({ ...EMPTY_VENDOR_DRAFT, ...connection.settings });
  const update = useMutation(
    trpc.providers.update.mutationOptions({
      onSuccess: async () => {
        await refresh();
        toast({ title: `Changed ${name}` });
        onClose();
      },
    }),
  );
  const moved = baseUrl.trim() !== (connection.baseUrl ?? "") && connection.keyHint !== null;
  const drawn = VENDOR_FIELDS.filter((field) => field !== "apiKey" || vendor.credential === "key");
  const shown = moved ? drawn : PLACE_FIELDS;
  const save = () => {
    const list = models
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const entered = toCredential(kind, vendor);
    // Of a credential entered in part the server says what is missing; null would take the stored one away.
    const credential = moved && Object.values(entered).some((value) => value !== null) ? entered : {};
    const settings = { name: name.trim(), baseUrl: baseUrl.trim() || null, models: list, ...(wire && { wire }) };
    update.mutate({ id: connection.id, ...settings, ...toVendorSettings(kind, vendor), ...credential });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Edit ${connection.name}`}
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={update.isPending}>
          Save changes
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={save}>
        <Field
          label="Name"
          description="Requests name models as name/model; old names stop working."
          error={fieldError(update.error, "name")}
        >
          <Input className="figures text-sm" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Base URL" error={fieldError(update.error, "baseUrl")}>
          <Input className="figures text-sm" value={baseUrl} onChange={(event) => setBaseUrl(event.target.value)} />
        </Field>
        <PlaceFields kind={kind} draft={vendor} onChange={setVendor} error={update.error} />
        {moved && (
          <CredentialFields
            kind={kind}
            keyField={{ description: "The key is bound to its address. Enter it again for the new one." }}
            draft={vendor}
            onChange={setVendor}
            error={update.error}
          />
        )}
        {wire && <WireField value={wire} onChange={setWire} />}
        <Field
          label="Models"
          optional
          description="One a line. Empty: everything the provider lists."
          error={fieldError(update.error, "models")}
        >
          <Textarea
            className="figures text-sm"
            rows={5}
            value={models}
            onChange={(event) => setModels(event.target.value)}
          />
        </Field>
        <FormProblem error={update.error} fields={["name", "baseUrl", "models", ...shown]} />
      </Form>
    </Dialog>
  );
}
