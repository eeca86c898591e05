"use client";
import { RefreshCw } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { type ApprovalRule, ruleModes, ruleOf, storedRule } from "#components/tools/approval-rule";
import { type ServerDraft, ServerFields, serverFieldPaths, serverSettingsOf } from "#components/tools/server-fields";
import { TestResult } from "#components/tools/test-result";
import type { McpSettings, SavedTool } from "#components/tools/tool-types";
import { useServerListing } from "#components/tools/use-server-listing";
import { Button } from "#components/ui/button";
import { Field } from "#components/ui/field";
import { Panel } from "#components/ui/panel";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";
import { LastFailure } from "./last-failure";
import { ServerTools } from "./server-tools";
import { useChangeTool } from "./use-change-tool";

interface Draft extends ServerDraft {
  /** Null: all, also those to come. */
  allowed: string[] | null;
  rule: ApprovalRule;
}

const other = { value: "other", label: "As it was set through the API" } as const;

function draftOf({ description }: SavedTool, { url, oauth, allowedTools, requireApproval }: McpSettings): Draft {
  return {
    ...{ url, description: description ?? "", accounts: oauth?.accounts ?? null, scope: oauth?.scope ?? "" },
    ...{ allowed: allowedTools, rule: ruleOf(requireApproval) },
  };
}

/** A server's address and account, its tools with a switch each, and when they ask first. */
export function ServerPanel({ tool, settings }: { tool: SavedTool; settings: McpSettings }) {
  const [draft, setDraft] = useState(() => draftOf(tool, settings));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const isBack = useSearchParams().get("account") === "connected";
  const listing = useServerListing(tool.id, isBack);
  const listed = listing.data?.tools ?? null;
  const save = useChangeTool();
  const submit = () => {
    const requireApproval = storedRule(draft.rule, settings.requireApproval);
    const mcp = { ...serverSettingsOf(draft), allowedTools: draft.allowed, requireApproval };
    save.mutate({ id: tool.id, description: draft.description.trim() || null, mcp });
  };
  return (
    <Panel
      title="Server"
      action={
        <Button size="sm" icon={RefreshCw} busy={listing.isFetching} onClick={() => listing.refetch()}>
          Connect and list tools
        </Button>
      }
    >
      <Form onSubmit={submit}>
        {listing.data ? <TestResult test={listing.data} /> : <LastFailure tool={tool} />}
        <FormProblem error={listing.error} />
        <ServerFields draft={draft} onChange={set} error={save.error} />
        <Field label="Ask before calls">
          <Select
            value={draft.rule.mode}
            options={draft.rule.mode === "other" ? [...ruleModes, other] : ruleModes}
            onChange={(mode) => set({ rule: { ...draft.rule, mode } })}
          />
        </Field>
        {listed === null && draft.allowed === null ? (
          <p className="text-ink-2">Every tool may be used, also those to come. List the tools to choose among them.</p>
        ) : (
          <Switch
            checked={draft.allowed === null}
            onChange={(all) => set({ allowed: all ? null : (listed ?? []).map(({ name }) => name) })}
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
        <FormProblem error={save.error} fields={serverFieldPaths} />
        <Button type="submit" variant="primary" className="self-end" busy={save.isPending}>
          Save changes
        </Button>
      </Form>
    </Panel>
  );
}
