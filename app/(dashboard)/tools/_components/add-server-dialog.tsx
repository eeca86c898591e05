"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { newPair, type Pair, recordOf, SecretHeaders } from "#components/tools/secret-rows";
import { type ServerDraft, ServerFields, serverFieldPaths, serverSettingsOf } from "#components/tools/server-fields";
import { TestResult } from "#components/tools/test-result";
import { isProgram, type NewTool } from "#components/tools/tool-types";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { Switch } from "#components/ui/switch";
import { useCreateTool } from "./use-create-tool";

type Preset = Outputs["tools"]["presets"][number];

interface Draft extends ServerDraft {
  name: string;
  secrets: Pair[];
  /** Where the secret of a well-known server is found. */
  where: string | null;
  asks: boolean;
}

const empty: Draft = {
  ...{ name: "", url: "", description: "", secrets: [], where: null },
  ...{ asks: true, accounts: null, scope: "" },
};

function toTool(draft: Draft): NewTool {
  return {
    kind: "mcp",
    name: draft.name.trim(),
    description: draft.description.trim() || null,
    mcp: { ...serverSettingsOf(draft), requireApproval: draft.asks ? "always" : "never" },
    secretHeaders: recordOf(draft.secrets),
  };
}

function draftOf(preset: Preset): Draft {
  const header = preset.credentials.find((way) => way.type === "header");
  const secrets = header ? [newPair(header.header, "", header.prefix)] : [];
  const accounts = header === undefined && preset.credentials.length > 0 ? "team" : null;
  const { name, url, description } = preset;
  return { ...empty, name, url, description, secrets, where: header?.where ?? null, accounts };
}

/** Saves an MCP server: a well-known one, or any by its address. It can be tried before it is saved. */
export function AddServerDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const formId = useId();
  const [draft, setDraft] = useState(empty);
  const test = useMutation(trpc.tools.test.mutationOptions());
  const create = useCreateTool();
  const error = create.error ?? test.error;
  const restart = (next: Draft) => {
    test.reset();
    create.reset();
    setDraft(next);
  };
  const set = (change: Partial<Draft>) => restart({ ...draft, ...change });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add MCP server"
      footer={
        <>
          <Button
            className="mr-auto"
            busy={test.isPending}
            disabled={!draft.url.trim() || !draft.name.trim() || draft.accounts !== null}
            onClick={() => test.mutate({ tool: toTool(draft) })}
          >
            Test
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={create.isPending}>
            Save server
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={() => create.mutate(toTool(draft))}>
        <PresetPicker onPick={(preset) => restart(draftOf(preset))} />
        <Field label="Name" description="Requests name it as server_label." error={fieldError(error, "name")}>
          <Input
            className="figures text-sm"
            value={draft.name}
            placeholder="docs"
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <ServerFields
          draft={draft}
          onChange={set}
          error={error}
          accountHint="It is connected on the tool’s page, once it is saved."
        />
        {!isProgram(draft.url) && (
          <SecretHeaders
            description={draft.where ?? undefined}
            pairs={draft.secrets}
            onChange={(secrets) => set({ secrets })}
          />
        )}
        <Switch
          checked={draft.asks}
          onChange={(asks) => set({ asks })}
          label="Ask before each call"
          description="Who asks for a response approves its calls, through the API or under Approvals. Single tools can be told apart later."
        />
        {test.data && <TestResult test={test.data} />}
        <FormProblem error={error} fields={["name", ...serverFieldPaths]} />
      </Form>
    </Dialog>
  );
}

function PresetPicker({ onPick }: { onPick: (preset: Preset) => void }) {
  const trpc = useTRPC();
  const presets = useQuery(trpc.tools.presets.queryOptions());
  if (!presets.data) return null;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">Well-known servers</legend>
      <div className="flex flex-wrap gap-2">
        {presets.data.map((preset) => (
          <Button key={preset.url} size="sm" title={preset.description} onClick={() => onPick(preset)}>
            {preset.title}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
