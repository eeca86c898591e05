"use client";
import { Play, Square } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { formatCount } from "#components/format/numbers";
import { ItemView } from "#components/items/item-view";
import { passagesOf } from "#components/items/passages";
import { useShell } from "#components/shell/shell-context";
import { SnippetTabs } from "#components/snippets/snippet-tabs";
import { TraceLink } from "#components/trace/trace-link";
import { Button } from "#components/ui/button";
import { Field, Textarea } from "#components/ui/field";
import { keyed } from "#components/ui/keyed";
import { Panel } from "#components/ui/panel";
import { Callout, RunStatus } from "#components/ui/status";
import type { PromptVersion } from "../../_components/template-draft";
import { type PromptRun, usePromptRun } from "./use-prompt-run";

/** Fills in a version's variables, runs it, and shows the request that does the same. */
export function TryPanel({ version, changed }: { version: PromptVersion; changed: boolean }) {
  const { baseUrl } = useShell();
  const [values, setValues] = useState<Record<string, string>>({});
  const [input, setInput] = useState("");
  const run = usePromptRun();
  const variables = Object.fromEntries(version.variables.map((name) => [name, values[name] ?? ""]));
  const request = {
    prompt: {
      ...{ id: version.prompt_id, version: version.version },
      ...(version.variables.length > 0 ? { variables } : {}),
    },
    ...(input.trim() === "" ? {} : { input }),
  };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Panel
        title="Try it"
        description={changed ? `As version ${version.version} is saved, without your changes.` : undefined}
      >
        <Form onSubmit={() => run.start(request)}>
          {version.variables.map((name) => (
            <Field key={name} label={<span className="figures text-sm">{name}</span>}>
              <Textarea
                rows={1}
                value={values[name] ?? ""}
                onChange={(event) => setValues({ ...values, [name]: event.target.value })}
              />
            </Field>
          ))}
          <Field label="Input" optional description="What the user adds to the prompt’s own messages.">
            <Textarea rows={2} value={input} onChange={(event) => setInput(event.target.value)} />
          </Field>
          <div className="flex items-center gap-3">
            {run.running ? (
              <Button icon={Square} onClick={run.stop}>
                Stop
              </Button>
            ) : (
              <Button type="submit" variant="primary" icon={Play}>
                Run
              </Button>
            )}
            {run.response && !run.running && <TraceLink responseId={run.response.id} />}
          </div>
        </Form>
        <Answer run={run} />
      </Panel>
      <Panel title="The request">
        <SnippetTabs request={{ baseUrl, apiKey: "$REJOINDER_API_KEY", body: request }} wrap />
      </Panel>
    </div>
  );
}

function Answer({ run }: { run: PromptRun }) {
  const { response, running, failure } = run;
  if (!response && !running && !failure) return null;
  const output = response?.output ?? [];
  const passages = passagesOf(output);
  return (
    <div aria-live="polite" aria-busy={running} className="mt-4 flex min-w-0 flex-col gap-3 border-t pt-4">
      {keyed(output, (item) => item.id).map(({ key, item }) => (
        <ItemView key={key} item={item} passages={passages} />
      ))}
      {running && output.length === 0 && <RunStatus status="running" />}
      {failure && (
        <Callout tone="danger" title="The run failed">
          {failure}
        </Callout>
      )}
      {response?.usage && !running && (
        <p className="figures text-ink-3 text-xs">
          {response.model} · {formatCount(response.usage.input_tokens)} in, {formatCount(response.usage.output_tokens)}{" "}
          out
        </p>
      )}
    </div>
  );
}
