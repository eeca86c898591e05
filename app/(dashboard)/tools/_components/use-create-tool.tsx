"use client";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useAskServer } from "#components/tools/use-server-listing";
import { useTRPC } from "#components/trpc/client";
import { toast } from "#components/ui/toast";

/** Saves a new tool, and goes to its page, where a server that needs no account is asked at once. */
export function useCreateTool() {
  const trpc = useTRPC();
  const router = useRouter();
  const refresh = useRefreshTools();
  const askServer = useAskServer();
  return useMutation(
    trpc.tools.create.mutationOptions({
      onSuccess: async (tool) => {
        await refresh();
        if (tool.mcp && !tool.mcp.oauth) askServer(tool.id);
        toast({ title: `Saved ${tool.name}` });
        router.push(`/tools/${tool.id}`);
      },
    }),
  );
}
