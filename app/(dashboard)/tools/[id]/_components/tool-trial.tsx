"use client";
import { useMutation } from "@tanstack/react-query";
import { FormProblem } from "#components/form/form-problem";
import { CallForm } from "#components/tools/call-form";
import { TestResult } from "#components/tools/test-result";
import type { SavedTool } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { LastFailure } from "./last-failure";

export interface ToolTrialProps {
  tool: SavedTool;
  /** Of a server: which of its tools is called. */
  name?: string;
  /** JSON Schema of the arguments. */
  schema: Record<string, unknown>;
}

/** Calls a tool, for real, with arguments from a form made of its schema, and shows what came of it. */
export function ToolTrial({ tool, name, schema }: ToolTrialProps) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const call = useMutation(trpc.tools.test.mutationOptions({ onSettled: refresh }));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <CallForm
        schema={schema}
        busy={call.isPending}
        onCall={(values) => call.mutate({ id: tool.id, call: { name, arguments: values } })}
      />
      <FormProblem error={call.error} />
      {call.data && <TestResult test={call.data} />}
      {!call.data && name === undefined && <LastFailure tool={tool} />}
    </div>
  );
}
