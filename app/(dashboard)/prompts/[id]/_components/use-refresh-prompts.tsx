"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/client";

/** Reads anew what the pages know of prompts. */
export function useRefreshPrompts(): () => Promise<void> {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: trpc.prompts.pathKey() });
}
