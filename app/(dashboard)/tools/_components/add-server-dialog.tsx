"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { newPair, type Pair, recordOf, SecretHeaders } from "#components/tools/secret-rows";
import { TestResult } from "#components/tools/test-result";
import type { NewTool } from "#components/tools/tool-types";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";
import { useCreateTool } from "./use-create-tool";

type Preset = Outputs["tools"]["presets"][number];

const accountChoices = [
  { value: "none", label: "None" },
  { value: "team", label: "One of the team’s (OAuth)" },
  { value: "member", label: "Each member’s own (OAuth)" },
] as const;

interface Draft {
  name: string;
  url: string;
  description: string;
  secrets: Pair[];
  asks: boolean;
  /** With whose account it is used; null: with none. */
  accounts: "team" | "member" | null;
}

const empty: Draft = { name: "", url: "", description: "", secrets: [], asks: true, accounts: null };

function toTool({ name, url, description, secrets, asks, accounts }: Draft): NewTool {
  const oauth = accounts === null ? null : { accounts, scope: null };
  return {
    kind: "mcp",
    name: name.trim(),
    description: description.trim() || null,
    mcp: { url: url.trim(), requireApproval: asks ? "always" : "never", oauth },
    secretHeaders: recordOf(secrets),
  };
}

function draftOf(preset: Preset): Draft {
  const header = preset.credentials.find((way) => way.type === "header");
  const secrets = header ? [newPair(header.header, "", header.prefix)] : [];
  const accounts = header === undefined && preset.credentials.length > 0 ? "team" : null;
  const { name, url, description } = preset;
  return { ...empty, name, url, description, secrets, accounts };
}

/** Saves an MCP server: a well-known one, or any by its address. It can be tried before it is saved. */
export function AddServerDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const formId = useId();
  const [draft, setDraft] = useState(empty);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const test = useMutation(trpc.tools.test.mutationOptions());
  const create = useCreateTool();
  const error = create.error ?? test.error;
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
        <PresetPicker
          onPick={(preset) => {
            test.reset();
            create.reset();
            setDraft(draftOf(preset));
          }}
        />
        <Field label="Name" description="Requests name it as server_label." error={fieldError(error, "name")}>
          <Input
            className="figures text-sm"
            value={draft.name}
            placeholder="docs"
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <Field label="Address" error={fieldError(error, "mcp.url")}>
          <Input
            className="figures text-sm"
            value={draft.url}
            placeholder="https://mcp.example.com/mcp"
            onChange={(event) => set({ url: event.target.value })}
          />
        </Field>
        <Field label="Description" optional error={fieldError(error, "description")}>
          <Input value={draft.description} onChange={(event) => set({ description: event.target.value })} />
        </Field>
        <Field
          label="Account"
          description={draft.accounts === null ? undefined : "It is connected on the tool’s page, once it is saved."}
        >
          <Select
            value={draft.accounts ?? "none"}
            options={accountChoices}
            onChange={(chosen) => set({ accounts: chosen === "none" ? null : chosen })}
          />
        </Field>
        <SecretHeaders pairs={draft.secrets} onChange={(secrets) => set({ secrets })} />
        <Switch
          checked={draft.asks}
          onChange={(asks) => set({ asks })}
          label="Ask before each call"
          description="Who asks for a response approves its calls, through the API or under Approvals. Single tools can be told apart later."
        />
        {test.data && <TestResult test={test.data} />}
        <FormProblem error={error} fields={["name", "mcp.url", "description"]} />
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
