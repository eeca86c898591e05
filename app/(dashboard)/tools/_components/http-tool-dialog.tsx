"use client";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { type DraftProblem, newHttpDraft, toHttpSettings } from "#components/tools/http-draft";
import { HttpFields } from "#components/tools/http-fields";
import { type Pair, PairRows, recordOf } from "#components/tools/secret-rows";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import { toast } from "#components/ui/toast";

/** Saves a function that is one HTTP request. It is tried on its own page, with arguments. */
export function HttpToolDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const refresh = useRefreshTools();
  const formId = useId();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [draft, setDraft] = useState(newHttpDraft);
  const [secrets, setSecrets] = useState<Pair[]>([]);
  const [problem, setProblem] = useState<DraftProblem | null>(null);
  const create = useMutation(
    trpc.tools.create.mutationOptions({
      onSuccess: async (tool) => {
        await refresh();
        toast({ title: `Saved ${tool.name}` });
        router.push(`/tools/${tool.id}`);
      },
    }),
  );
  const save = () => {
    const made = toHttpSettings(draft);
    setProblem("field" in made ? made : null);
    if ("field" in made) return;
    const about = { name: name.trim(), description: description.trim() || null };
    create.mutate({ kind: "http", ...about, http: made.settings, secretHeaders: recordOf(secrets) });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add HTTP request"
      description="A function that models call by its name."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={create.isPending}>
            Save tool
          </Button>
        </>
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
        <HttpFields draft={draft} onChange={setDraft} error={create.error} problem={problem} />
        <PairRows
          secret
          legend="Secret headers"
          namePlaceholder="authorization"
          valuePlaceholder="Bearer …"
          description="Kept sealed: they can be replaced, and are never shown again."
          pairs={secrets}
          onChange={setSecrets}
        />
        <FormProblem
          error={create.error}
          fields={["name", "description", "http.url", "http.parameters", "http.result"]}
        />
      </Form>
    </Dialog>
  );
}
