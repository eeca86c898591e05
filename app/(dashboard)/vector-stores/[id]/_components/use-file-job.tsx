"use client";
import { useMutation } from "@tanstack/react-query";
import { useTRPCClient } from "#components/trpc/client";
import { errorText } from "#components/ui/error-state";
import { toast } from "#components/ui/toast";
import type { StoreFile } from "#components/vector-stores/store-types";
import { useRefreshStores } from "./use-store-uploads";

/** Starts the reading of a file again that failed or was cancelled. */
export function useRetryFile({ vectorStoreId, fileId, filename }: StoreFile) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  return useMutation({
    mutationFn: () => client.vectorStores.retryFile.mutate({ vectorStoreId, fileId }),
    onError: (error) =>
      toast({ kind: "error", title: `${filename} was not started again`, description: errorText(error) }),
    onSettled: refresh,
  });
}

/** Ends the reading of a file, which stays in the store and can be started again. */
export function useCancelFile({ vectorStoreId, fileId, filename }: StoreFile) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  return useMutation({
    mutationFn: () => client.vectorStores.cancelFile.mutate({ vectorStoreId, fileId }),
    onError: (error) => toast({ kind: "error", title: `${filename} was not stopped`, description: errorText(error) }),
    onSettled: refresh,
  });
}
