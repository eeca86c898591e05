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
import { Callout } from "#components/ui/status";
import { emptyDraft, toTemplate } from "./template-draft";
import { TemplateFields } from "./template-fields";

/** Makes a prompt with its first version, and opens it. */
export function CreatePromptDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const formId = useId();
  const [name, setName] = useState("");
  const [draft, setDraft] = useState(emptyDraft);
  const [problem, setProblem] = useState<string | null>(null);
  const create = useMutation(
    trpc.prompts.create.mutationOptions({
      onSuccess: async (prompt) => {
        router.push(`/prompts/${prompt.id}`);
        await queryClient.invalidateQueries({ queryKey: trpc.prompts.pathKey() });
      },
    }),
  );
  const submit = () => {
    setProblem(null);
    try {
      create.mutate({ name, template: toTemplate(draft) });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={onClose}
      title="Create prompt"
      footer={
        <SubmitButtons form={formId} onCancel={onClose} busy={create.isPending || create.isSuccess}>
          Create prompt
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={submit}>
        <Field label="Name" error={fieldError(create.error, "name")}>
          <Input
            autoFocus
            placeholder="Weather report"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <TemplateFields draft={draft} onChange={setDraft} error={create.error} />
        {problem && <Callout tone="danger">{problem}</Callout>}
        <FormProblem error={create.error} fields={["name", "instructions"]} />
      </Form>
    </Dialog>
  );
}
