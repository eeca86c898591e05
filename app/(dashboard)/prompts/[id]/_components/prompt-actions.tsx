"use client";
import { useMutation } from "@tanstack/react-query";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { toast } from "#components/ui/toast";
import type { Prompt } from "../../_components/template-draft";
import { useRefreshPrompts } from "./use-refresh-prompts";

/** What can be done with a prompt beside its versions. */
export function PromptActions({ prompt }: { prompt: Prompt }) {
  const client = useTRPCClient();
  const refresh = useRefreshPrompts();
  const router = useRouter();
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const close = () => setOpen(null);
  const remove = async () => {
    await client.prompts.delete.mutate({ promptId: prompt.id });
    router.push("/prompts");
    await refresh();
    toast({ title: `Deleted ${prompt.name}` });
  };
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${prompt.name}`} />}>
        <MenuItem icon={Pencil} onSelect={() => setOpen("rename")}>
          Rename
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      {open === "rename" && <RenameDialog prompt={prompt} onClose={close} />}
      {open === "delete" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={`Delete ${prompt.name}?`}
          action="Delete prompt"
          onConfirm={remove}
        >
          All its versions go, and requests that name it are refused. This cannot be undone.
        </ConfirmDialog>
      )}
    </>
  );
}

function RenameDialog({ prompt, onClose }: { prompt: Prompt; onClose: () => void }) {
  const trpc = useTRPC();
  const refresh = useRefreshPrompts();
  const formId = useId();
  const [name, setName] = useState(prompt.name);
  const rename = useMutation(
    trpc.prompts.update.mutationOptions({
      onSuccess: async () => {
        await refresh();
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rename prompt"
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={rename.isPending}>
          Rename
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => rename.mutate({ promptId: prompt.id, name })}>
        <Field label="Name" error={fieldError(rename.error, "name")}>
          <Input autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <FormProblem error={rename.error} fields={["name"]} />
      </Form>
    </Dialog>
  );
}
