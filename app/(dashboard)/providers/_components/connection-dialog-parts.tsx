"use client";
import { useQueryClient } from "@tanstack/react-query";
import type { Connection } from "#components/providers/provider-types";
import { useTRPC } from "#components/trpc/client";

export interface ConnectionDialogProps {
  connection: Connection;
  onClose: () => void;
}

/** Reads providers and models again after a change. */
export function useRefreshProviders() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.providers.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() }),
    ]);
}
