"use client";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { toggled } from "#components/form/toggled";
import { formatPlural } from "#components/format/numbers";
import { newPair, type Pair, PairRows, recordOf, SecretHeaders } from "#components/tools/secret-rows";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Checkbox } from "#components/ui/checkbox";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import { toast } from "#components/ui/toast";

type Preview = Outputs["tools"]["previewOpenApi"];
type Operation = Preview["operations"][number];

interface Source {
  text: string;
  baseUrl: string;
  prefix: string;
}

/** A document as the server takes it: an address is fetched, all else is the document itself. */
function toInput({ text, baseUrl, prefix }: Source) {
  const given = text.trim();
  const document = /^https?:\/\/\S+$/.test(given) ? { url: given } : { document: given };
  return { ...document, baseUrl: baseUrl.trim() || undefined, prefix: prefix.trim() || undefined };
}

/** Makes tools of an OpenAPI document's operations: what it would make is shown first. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const formId = useId();
  const [source, setSource] = useState<Source>({ text: "", baseUrl: "", prefix: "" });
  const [chosen, setChosen] = useState<string[]>([]);
  const [secrets, setSecrets] = useState<Pair[]>([]);
  const [querySecrets, setQuerySecrets] = useState<Pair[]>([]);
  const preview = useMutation(
    trpc.tools.previewOpenApi.mutationOptions({
      onSuccess: ({ operations, security }) => {
        setChosen(operations.filter(({ problem }) => problem === null).map(({ key }) => key));
        const rowsIn = (place: "header" | "query") =>
          security.filter((each) => each.in === place).map(({ name, prefix }) => newPair(name, "", prefix));
        setSecrets(rowsIn("header"));
        setQuerySecrets(rowsIn("query"));
      },
    }),
  );
  const run = useMutation(
    trpc.tools.importOpenApi.mutationOptions({
      onSuccess: async ({ created, skipped }) => {
        await refresh();
        const left = skipped.length > 0 ? `${skipped.length} could not become tools.` : undefined;
        toast({ title: `Saved ${formatPlural(created.length, "tool")}`, description: left });
        onClose();
      },
    }),
  );
  const found = preview.data;
  const credentials = { secretHeaders: recordOf(secrets), secretQuery: recordOf(querySecrets) };
  const go = () =>
    found ? run.mutate({ ...toInput(source), operations: chosen, ...credentials }) : preview.mutate(toInput(source));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size={found ? "lg" : "md"}
      title="Import OpenAPI"
      description={found ? `${found.title} ${found.version}` : "Each operation of an API becomes a tool."}
      footer={
        <>
          <Button onClick={found ? preview.reset : onClose}>{found ? "Back" : "Cancel"}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={preview.isPending || run.isPending}
            disabled={found ? chosen.length === 0 : !source.text.trim()}
          >
            {found ? `Save ${formatPlural(chosen.length, "tool")}` : "Show operations"}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={go}>
        {found ? (
          <>
            <Operations operations={found.operations} chosen={chosen} onChange={setChosen} />
            <SecretHeaders
              description="Each goes to the tools whose operation asks for it. Kept sealed, and never shown again."
              pairs={secrets}
              onChange={setSecrets}
            />
            {querySecrets.length > 0 && (
              <PairRows
                secret
                legend="Secrets in the query"
                namePlaceholder="api_key"
                pairs={querySecrets}
                onChange={setQuerySecrets}
              />
            )}
          </>
        ) : (
          <SourceFields source={source} onChange={setSource} />
        )}
        <FormProblem error={found ? run.error : preview.error} />
      </Form>
    </Dialog>
  );
}

function SourceFields({ source, onChange }: { source: Source; onChange: (source: Source) => void }) {
  const set = (change: Partial<Source>) => onChange({ ...source, ...change });
  return (
    <>
      <Field label="Document" description="OpenAPI 3 as JSON or YAML, or the address where it stands.">
        <Textarea
          autoFocus
          rows={8}
          spellCheck={false}
          className="font-mono text-sm"
          placeholder="https://api.example.com/openapi.json"
          value={source.text}
          onChange={(event) => set({ text: event.target.value })}
        />
      </Field>
      <Field label="Server" optional description="In the place of the one that the document names.">
        <Input
          className="figures text-sm"
          placeholder="https://api.example.com/v1"
          value={source.baseUrl}
          onChange={(event) => set({ baseUrl: event.target.value })}
        />
      </Field>
      <Field label="Prefix" optional description="Before each tool’s name.">
        <Input
          className="figures text-sm"
          placeholder="shop_"
          value={source.prefix}
          onChange={(event) => set({ prefix: event.target.value })}
        />
      </Field>
    </>
  );
}

interface OperationsProps {
  operations: readonly Operation[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function Operations({ operations, chosen, onChange }: OperationsProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">Operations</legend>
      <div className="scroll-thin flex max-h-80 flex-col gap-2.5 overflow-y-auto rounded-md border p-3">
        {operations.map(({ key, name, description, problem }) => (
          <Checkbox
            key={key}
            checked={chosen.includes(key)}
            disabled={problem !== null}
            onChange={(on) => onChange(toggled(chosen, key, on))}
          >
            <span className="block [overflow-wrap:anywhere]">
              <span className="figures text-sm">{name}</span> <span className="figures text-ink-3 text-xs">{key}</span>
            </span>
            {(problem ?? description) && (
              <span className={problem ? "block text-sm text-warning" : "line-clamp-2 text-ink-2 text-sm"}>
                {problem ?? description}
              </span>
            )}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}
