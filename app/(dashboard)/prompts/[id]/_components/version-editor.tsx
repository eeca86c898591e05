"use client";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Checkbox } from "#components/ui/checkbox";
import { Panel } from "#components/ui/panel";
import { Callout } from "#components/ui/status";
import { toast } from "#components/ui/toast";
import { type Prompt, type PromptVersion, toDraft, toTemplate } from "../../_components/template-draft";
import { TemplateFields } from "../../_components/template-fields";
import { TryPanel } from "./try-panel";
import { useRefreshPrompts } from "./use-refresh-prompts";

export interface VersionEditorProps {
  prompt: Prompt;
  version: PromptVersion;
  /** Told of the version that was saved. */
  onSaved: (version: string) => void;
}

/** A version, from which the next one is made; beside it what the version answers. */
export function VersionEditor({ prompt, version, onSaved }: VersionEditorProps) {
  const trpc = useTRPC();
  const mayWrite = useMay("prompts.write");
  const mayRun = useMay("playground.write");
  const refresh = useRefreshPrompts();
  const initial = useMemo(() => toDraft(version), [version]);
  const [draft, setDraft] = useState(initial);
  const [makeDefault, setMakeDefault] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const next = Number(prompt.latest_version) + 1;
  const save = useMutation(
    trpc.prompts.createVersion.mutationOptions({
      onSuccess: async (saved) => {
        await refresh();
        onSaved(saved.version);
        toast({ title: `Saved version ${saved.version}` });
      },
    }),
  );
  const submit = () => {
    setProblem(null);
    try {
      save.mutate({ promptId: prompt.id, template: toTemplate(draft), makeDefault });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="grid min-w-0 items-start gap-4 xl:grid-cols-2">
      <Panel
        title="Template"
        description={mayWrite ? "A version never changes: saving makes the next one." : undefined}
      >
        <Form onSubmit={submit}>
          <TemplateFields draft={draft} onChange={setDraft} error={save.error} />
          {problem && <Callout tone="danger">{problem}</Callout>}
          <FormProblem error={save.error} fields={["instructions"]} />
          {mayWrite && (
            <div className="flex flex-wrap items-center gap-4">
              <Button type="submit" variant="primary" busy={save.isPending} disabled={draft === initial}>
                Save as version {next}
              </Button>
              <Checkbox checked={makeDefault} onChange={setMakeDefault}>
                and make it the default
              </Checkbox>
            </div>
          )}
        </Form>
      </Panel>
      {mayRun && <TryPanel version={version} changed={draft !== initial} />}
    </div>
  );
}
