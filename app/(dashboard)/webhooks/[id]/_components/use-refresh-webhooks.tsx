"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/client";

/** Reads webhooks and their logs again after a change. */
export function useRefreshWebhooks() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() });
}
