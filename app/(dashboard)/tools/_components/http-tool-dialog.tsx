"use client";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { newHttpDraft } from "#components/tools/http-draft";
import { HttpFields, httpFieldPaths } from "#components/tools/http-fields";
import { type Pair, recordOf, SecretHeaders } from "#components/tools/secret-rows";
import { useHttpDraft } from "#components/tools/use-http-draft";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import { useCreateTool } from "./use-create-tool";

/** Saves a function that is one HTTP request. It is tried on its own page, with arguments. */
export function HttpToolDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const { fields, readSettings } = useHttpDraft(newHttpDraft);
  const [secrets, setSecrets] = useState<Pair[]>([]);
  const create = useCreateTool();
  const save = () => {
    const http = readSettings();
    if (!http) return;
    const about = { name: name.trim(), description: description.trim() || null };
    create.mutate({ kind: "http", ...about, http, secretHeaders: recordOf(secrets) });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add HTTP request"
      description="A function that models call by its name."
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={create.isPending}>
          Save tool
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={save}>
        <Field label="Name" error={fieldError(create.error, "name")}>
          <Input
            autoFocus
            className="figures text-sm"
            placeholder="get_weather"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field
          label="Description"
          description="The model reads it, to know when to call."
          error={fieldError(create.error, "description")}
        >
          <Textarea
            rows={2}
            placeholder="The weather of a city at this moment."
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
        <HttpFields {...fields} error={create.error} />
        <SecretHeaders pairs={secrets} onChange={setSecrets} />
        <FormProblem error={create.error} fields={["name", "description", ...httpFieldPaths]} />
      </Form>
    </Dialog>
  );
}
