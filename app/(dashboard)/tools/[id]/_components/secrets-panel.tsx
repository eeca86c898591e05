"use client";
import { useMutation } from "@tanstack/react-query";
import { KeyRound, Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import type { SavedTool } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { Panel } from "#components/ui/panel";
import { Segmented } from "#components/ui/segmented";
import { Status } from "#components/ui/status";
import { toast } from "#components/ui/toast";

/** Where a secret goes. */
interface Secret {
  place: "secretHeaders" | "secretQuery";
  name: string;
}

const places = [
  { value: "secretHeaders", label: "Header" },
  { value: "secretQuery", label: "Query" },
] as const;

function change({ place, name }: Secret, value: string | null) {
  return place === "secretHeaders" ? { secretHeaders: { [name]: value } } : { secretQuery: { [name]: value } };
}

/** Which credentials a tool has. Their values are replaced or taken away, and never read back. */
export function SecretsPanel({ tool, mayManage }: { tool: SavedTool; mayManage: boolean }) {
  const client = useTRPCClient();
  const refresh = useRefreshTools();
  const [editing, setEditing] = useState<Secret | null>(null);
  const [removing, setRemoving] = useState<Secret | null>(null);
  const secrets: Secret[] = [
    ...tool.secretHeaders.map((name) => ({ place: "secretHeaders" as const, name })),
    ...tool.secretQuery.map((name) => ({ place: "secretQuery" as const, name })),
  ];
  const remove = async (secret: Secret) => {
    await client.tools.update.mutate({ id: tool.id, ...change(secret, null) });
    await refresh();
    toast({ title: `Removed ${secret.name}` });
  };
  return (
    <Panel
      title="Credentials"
      description="Sent with each call. Kept sealed, and never shown."
      action={
        mayManage && (
          <Button size="sm" icon={Plus} onClick={() => setEditing({ place: "secretHeaders", name: "" })}>
            Add credential
          </Button>
        )
      }
    >
      {secrets.length === 0 && <p className="text-ink-2">None: it is asked without credentials.</p>}
      <ul className="flex flex-col">
        {secrets.map((secret) => (
          <li key={`${secret.place} ${secret.name}`} className="flex h-9 items-center gap-3 border-t first:border-t-0">
            <KeyRound aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            <span className="figures min-w-0 flex-1 truncate text-sm">
              {secret.name}
              {secret.place === "secretQuery" && <span className="text-ink-3"> in the query</span>}
            </span>
            <Status tone="ok">Configured</Status>
            {mayManage && (
              <>
                <Button size="sm" variant="ghost" onClick={() => setEditing(secret)}>
                  Replace
                </Button>
                <IconButton size="sm" icon={X} label={`Remove ${secret.name}`} onClick={() => setRemoving(secret)} />
              </>
            )}
          </li>
        ))}
      </ul>
      {editing && <SecretDialog tool={tool} secret={editing} onClose={() => setEditing(null)} />}
      {removing && (
        <ConfirmDialog
          open
          onOpenChange={() => setRemoving(null)}
          title={`Remove ${removing.name}?`}
          action="Remove credential"
          onConfirm={() => remove(removing)}
        >
          The tool is asked without it from the next call on. Its value is deleted.
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function SecretDialog({ tool, secret, onClose }: { tool: SavedTool; secret: Secret; onClose: () => void }) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const formId = useId();
  const [name, setName] = useState(secret.name);
  const [value, setValue] = useState("");
  const [place, setPlace] = useState(secret.place);
  const isNew = secret.name === "";
  const save = useMutation(
    trpc.tools.update.mutationOptions({
      onSuccess: async () => {
        await refresh();
        toast({ title: isNew ? `Added ${name}` : `Replaced ${name}` });
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={onClose}
      title={isNew ? "Add credential" : `Replace ${secret.name}`}
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={save.isPending} disabled={!name.trim() || value === ""}>
          Save
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => save.mutate({ id: tool.id, ...change({ place, name: name.trim() }, value) })}>
        {isNew && (
          <Segmented
            className="self-start"
            label="Where it is sent"
            value={place}
            options={places}
            onChange={setPlace}
          />
        )}
        {isNew && (
          <Field label={place === "secretHeaders" ? "Header" : "Query parameter"}>
            <Input
              autoFocus
              className="figures text-sm"
              placeholder={place === "secretHeaders" ? "authorization" : "api_key"}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
        )}
        <Field
          label="Value"
          description={place === "secretHeaders" ? "The whole value, such as Bearer and the token." : undefined}
        >
          <Input
            autoFocus={!isNew}
            type="password"
            autoComplete="off"
            className="figures text-sm"
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </Field>
        <FormProblem error={save.error} />
      </Form>
    </Dialog>
  );
}
