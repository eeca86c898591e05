"use client";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { httpDraftOf } from "#components/tools/http-draft";
import { HttpFields, httpFieldPaths } from "#components/tools/http-fields";
import type { HttpSettings, SavedTool } from "#components/tools/tool-types";
import { useHttpDraft } from "#components/tools/use-http-draft";
import { Button } from "#components/ui/button";
import { Field, Textarea } from "#components/ui/field";
import { Panel } from "#components/ui/panel";
import { useChangeTool } from "./use-change-tool";

/** The request of a function, to be changed. */
export function HttpSettingsPanel({ tool, settings }: { tool: SavedTool; settings: HttpSettings }) {
  const [start] = useState(() => httpDraftOf(settings));
  const { fields, readSettings } = useHttpDraft(start);
  const [description, setDescription] = useState(tool.description ?? "");
  const save = useChangeTool();
  const submit = () => {
    const http = readSettings();
    if (http) save.mutate({ id: tool.id, description: description.trim() || null, http });
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
        <HttpFields {...fields} error={save.error} />
        <FormProblem error={save.error} fields={["description", ...httpFieldPaths]} />
        <Button type="submit" variant="primary" className="self-end" busy={save.isPending}>
          Save changes
        </Button>
      </Form>
    </Panel>
  );
}
