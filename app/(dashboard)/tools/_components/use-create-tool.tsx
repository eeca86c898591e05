"use client";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC } from "#components/trpc/client";
import { toast } from "#components/ui/toast";

/** Saves a new tool, and goes to its page. */
export function useCreateTool() {
  const trpc = useTRPC();
  const router = useRouter();
  const refresh = useRefreshTools();
  return useMutation(
    trpc.tools.create.mutationOptions({
      onSuccess: async (tool) => {
        await refresh();
        toast({ title: `Saved ${tool.name}` });
        router.push(`/tools/${tool.id}`);
      },
    }),
  );
}
