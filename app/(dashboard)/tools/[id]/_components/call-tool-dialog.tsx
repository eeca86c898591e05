"use client";
import { useMutation } from "@tanstack/react-query";
import { FormProblem } from "#components/form/form-problem";
import { CallForm } from "#components/tools/call-form";
import { TestResult } from "#components/tools/test-result";
import type { SavedTool } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import type { ListedTool } from "./server-tools";

export interface CallToolDialogProps {
  tool: SavedTool;
  called: ListedTool;
  onClose: () => void;
}

/** Calls one tool of a server, for real, with arguments from a form made of its schema. */
export function CallToolDialog({ tool, called, onClose }: CallToolDialogProps) {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  const call = useMutation(trpc.tools.test.mutationOptions({ onSettled: refresh }));
  const { name, inputSchema } = called;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={<span className="figures">{name}</span>}
      description={called.description ?? "A real call of the server’s tool, with its credentials."}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <CallForm
          schema={inputSchema}
          busy={call.isPending}
          onCall={(values) => call.mutate({ id: tool.id, call: { name, arguments: values } })}
        />
        <FormProblem error={call.error} />
        {call.data && <TestResult test={call.data} />}
      </div>
    </Dialog>
  );
}
