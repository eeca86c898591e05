"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/client";

/** Reads everything anew that pages know of saved tools. */
export function useRefreshTools(): () => Promise<void> {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: trpc.tools.pathKey() });
}
