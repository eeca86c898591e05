"use client";
import { useMutation } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { type ApprovalRule, ruleModes, ruleOf, storedRule } from "#components/tools/approval-rule";
import { TestResult } from "#components/tools/test-result";
import type { McpSettings, SavedTool, ToolTest } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input, Textarea } from "#components/ui/field";
import { Panel } from "#components/ui/panel";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";
import { ServerTools } from "./server-tools";
import { useChangeTool } from "./use-change-tool";

interface Draft {
  url: string;
  description: string;
  /** Null: all, also those to come. */
  allowed: string[] | null;
  rule: ApprovalRule;
}

const other = { value: "other", label: "As it was set through the API" } as const;

/** A server's address, its tools with a switch each, and when they ask first. */
export function ServerPanel({ tool, settings }: { tool: SavedTool; settings: McpSettings }) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const [draft, setDraft] = useState<Draft>({
    ...{ url: settings.url, description: tool.description ?? "" },
    ...{ allowed: settings.allowedTools, rule: ruleOf(settings.requireApproval) },
  });
  const [listed, setListed] = useState<NonNullable<ToolTest["tools"]> | null>(null);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const list = useMutation(
    trpc.tools.test.mutationOptions({
      onSuccess: ({ tools }) => setListed(tools),
      onSettled: refresh,
    }),
  );
  const save = useChangeTool();
  const submit = () => {
    const requireApproval = storedRule(draft.rule, settings.requireApproval);
    const mcp = { url: draft.url.trim(), allowedTools: draft.allowed, requireApproval };
    save.mutate({ id: tool.id, description: draft.description.trim() || null, mcp });
  };
  const names = listed?.map(({ name }) => name) ?? [];
  return (
    <Panel
      title="Server"
      action={
        <Button size="sm" icon={RefreshCw} busy={list.isPending} onClick={() => list.mutate({ id: tool.id })}>
          Connect and list tools
        </Button>
      }
    >
      <Form onSubmit={submit}>
        {list.data && <TestResult test={list.data} />}
        <FormProblem error={list.error} />
        <Field label="Address" error={fieldError(save.error, "mcp.url")}>
          <Input className="figures text-sm" value={draft.url} onChange={(event) => set({ url: event.target.value })} />
        </Field>
        <Field label="Description" optional error={fieldError(save.error, "description")}>
          <Textarea rows={2} value={draft.description} onChange={(event) => set({ description: event.target.value })} />
        </Field>
        <Field label="Ask before calls">
          <Select
            value={draft.rule.mode}
            options={draft.rule.mode === "other" ? [...ruleModes, other] : ruleModes}
            onChange={(mode) => set({ rule: { ...draft.rule, mode } })}
          />
        </Field>
        {names.length === 0 && draft.allowed === null ? (
          <p className="text-ink-2">Every tool may be used, also those to come. List the tools to choose among them.</p>
        ) : (
          <Switch
            checked={draft.allowed === null}
            onChange={(all) => set({ allowed: all ? null : names })}
            label="All tools, also those to come"
            description="Off: only those that are switched on."
          />
        )}
        <ServerTools
          tool={tool}
          listed={listed}
          allowed={draft.allowed}
          rule={draft.rule}
          onAllowed={(allowed) => set({ allowed })}
          onRule={(rule) => set({ rule })}
        />
        <FormProblem error={save.error} fields={["mcp.url", "description"]} />
        <Button type="submit" variant="primary" className="self-end" busy={save.isPending}>
          Save changes
        </Button>
      </Form>
    </Panel>
  );
}
