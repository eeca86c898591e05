"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import type { Connection } from "#components/providers/provider-types";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import { toast } from "#components/ui/toast";

interface ConnectionDialogProps {
  connection: Connection;
  onClose: () => void;
}

function useRefreshProviders() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.providers.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() }),
    ]);
}

/** Changes name, address and the list of models of a connection. */
export function EditConnectionDialog({ connection, onClose }: ConnectionDialogProps) {
  const trpc = useTRPC();
  const refresh = useRefreshProviders();
  const formId = useId();
  const [name, setName] = useState(connection.name);
  const [baseUrl, setBaseUrl] = useState(connection.baseUrl ?? "");
  const [models, setModels] = useState(connection.models.join("\n"));
  const [apiKey, setApiKey] = useState("");
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
  const save = () => {
    const list = models
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const key = apiKey.trim() ? { apiKey: apiKey.trim() } : {};
    update.mutate({ id: connection.id, name: name.trim(), baseUrl: baseUrl.trim() || null, models: list, ...key });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Edit ${connection.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={update.isPending}>
            Save changes
          </Button>
        </>
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
        {moved && (
          <Field
            label="API key"
            description="The key is bound to its address. Enter it again for the new one."
            error={fieldError(update.error, "apiKey")}
          >
            <Input
              type="password"
              autoComplete="off"
              className="figures text-sm"
              value={apiKey}
              onChange={(event) => setApiKey(event.target.value)}
            />
          </Field>
        )}
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
        <FormProblem error={update.error} fields={["name", "baseUrl", "models", ...(moved ? ["apiKey"] : [])]} />
      </Form>
    </Dialog>
  );
}

/** Puts a new key in a connection's place. */
export function RotateKeyDialog({ connection, onClose }: ConnectionDialogProps) {
  const trpc = useTRPC();
  const refresh = useRefreshProviders();
  const formId = useId();
  const [apiKey, setApiKey] = useState("");
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
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={rotate.isPending} disabled={!apiKey.trim()}>
            Use new key
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={() => rotate.mutate({ id: connection.id, apiKey: apiKey.trim() })}>
        <Field
          label="New key"
          description={`Now: ${connection.keyHint ?? "none"}`}
          error={fieldError(rotate.error, "apiKey")}
        >
          <Input
            type="password"
            autoComplete="off"
            autoFocus
            className="figures text-sm"
            value={apiKey}
            onChange={(event) => setApiKey(event.target.value)}
          />
        </Field>
        <FormProblem error={rotate.error} fields={["apiKey"]} />
      </Form>
    </Dialog>
  );
}

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
