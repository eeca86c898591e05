"use client";
import { useMutation } from "@tanstack/react-query";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { toast } from "#components/ui/toast";

/** Changes the settings of a tool on its page. */
export function useChangeTool() {
  const trpc = useTRPC();
  const refresh = useRefreshTools();
  return useMutation(
    trpc.tools.update.mutationOptions({
      onSuccess: async ({ name }) => {
        await refresh();
        toast({ title: `Changed ${name}` });
      },
    }),
  );
}
