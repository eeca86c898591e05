"use client";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import type { SavedTool } from "#components/tools/tool-types";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { Callout } from "#components/ui/status";
import { useChangeTool } from "./use-change-tool";

/** Gives a tool another name, and says what goes by the old one. */
export function RenameDialog({ tool, onClose }: { tool: SavedTool; onClose: () => void }) {
  const formId = useId();
  const [name, setName] = useState(tool.name);
  const save = useChangeTool();
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={onClose}
      title={`Rename ${tool.name}`}
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={save.isPending} disabled={name.trim() === tool.name}>
          Rename
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => save.mutate({ id: tool.id, name: name.trim() }, { onSuccess: onClose })}>
        <Field label="Name" error={fieldError(save.error, "name")}>
          <Input autoFocus className="figures text-sm" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Callout tone="warning" title="Requests and prompts name it">
          Those that still say {tool.name} are refused, and calls of it that wait for approval can no longer go on. Its
          keys, credentials and figures stay with it; earlier traces keep the old name.
        </Callout>
        <FormProblem error={save.error} fields={["name"]} />
      </Form>
    </Dialog>
  );
}
