"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { type DraftProblem, type HttpDraft, httpDraftOf, toHttpSettings } from "#components/tools/http-draft";
import { HttpFields } from "#components/tools/http-fields";
import type { HttpSettings, SavedTool } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Textarea } from "#components/ui/field";
import { JsonViewer } from "#components/ui/json-viewer";
import { Panel } from "#components/ui/panel";
import { toast } from "#components/ui/toast";

/** The request of a function, to be changed; as it is where its body is a form's, which only imports make. */
export function HttpSettingsPanel({ tool, settings }: { tool: SavedTool; settings: HttpSettings }) {
  const [start] = useState(() => httpDraftOf(settings));
  if (start) return <SettingsForm tool={tool} start={start} />;
  return (
    <Panel title="Request" description="Its body is a form’s: it is changed by importing it anew.">
      <JsonViewer value={settings} label="Request" />
    </Panel>
  );
}

function SettingsForm({ tool, start }: { tool: SavedTool; start: HttpDraft }) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const [draft, setDraft] = useState(start);
  const [description, setDescription] = useState(tool.description ?? "");
  const [problem, setProblem] = useState<DraftProblem | null>(null);
  const save = useMutation(
    trpc.tools.update.mutationOptions({
      onSuccess: async ({ name }) => {
        await refresh();
        toast({ title: `Changed ${name}` });
      },
    }),
  );
  const submit = () => {
    const made = toHttpSettings(draft);
    setProblem("field" in made ? made : null);
    if ("settings" in made) {
      save.mutate({ id: tool.id, description: description.trim() || null, http: made.settings });
    }
  };
  return (
    <Panel title="Request">
      <Form onSubmit={submit}>
        <Field
          label="Description"
          description="The model reads it, to know when to call."
          error={fieldError(save.error, "description")}
        >
          <Textarea rows={2} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <HttpFields draft={draft} onChange={setDraft} error={save.error} problem={problem} />
        <FormProblem error={save.error} fields={["description", "http.url", "http.parameters", "http.result"]} />
        <Button type="submit" variant="primary" className="self-end" busy={save.isPending}>
          Save changes
        </Button>
      </Form>
    </Panel>
  );
}
