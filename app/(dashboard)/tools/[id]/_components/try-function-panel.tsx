"use client";
import { useMutation } from "@tanstack/react-query";
import { FormProblem } from "#components/form/form-problem";
import { CallForm } from "#components/tools/call-form";
import { TestResult } from "#components/tools/test-result";
import type { HttpSettings, SavedTool } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { Panel } from "#components/ui/panel";

/** Calls a function, for real, with arguments from a form made of its schema. */
export function TryFunctionPanel({ tool, schema }: { tool: SavedTool; schema: HttpSettings["parameters"] }) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const call = useMutation(trpc.tools.test.mutationOptions({ onSettled: refresh }));
  return (
    <Panel title="Try it" description="A real request, with the credentials, as it is saved.">
      <div className="flex min-w-0 flex-col gap-4">
        <CallForm
          schema={schema}
          busy={call.isPending}
          onCall={(values) => call.mutate({ id: tool.id, call: { arguments: values } })}
        />
        <FormProblem error={call.error} />
        {call.data && <TestResult test={call.data} />}
      </div>
    </Panel>
  );
}
