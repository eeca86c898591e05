"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { type Uploads, useUploads } from "#components/vector-stores/use-uploads";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";

/** Lists are read again this long after the first of several changes. */
const refreshMs = 500;

/** Reads all that is shown of vector stores again. */
export function useRefreshStores(): () => Promise<void> {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useCallback(async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.storeFiles.pathKey() }),
    ]);
  }, [queryClient, trpc]);
}

/**
 * Uploads into a store: each file is read as soon as it is here, unless its content is in the store already or, with
 * `hold`, somebody is to see its cut first.
 */
export function useStoreUploads(vectorStoreId: string, hold: boolean): Uploads {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );
  const taken = useCallback(() => {
    // Thousands may arrive one by one: the lists follow in steps.
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void refresh();
    }, refreshMs);
  }, [refresh]);
  const attach = useCallback(
    async (fileId: string, chunkingStrategy?: ChunkingStrategy) => {
      await client.vectorStores.attachFiles.mutate({ vectorStoreId, fileIds: [fileId], chunkingStrategy });
      taken();
    },
    [client, vectorStoreId, taken],
  );
  const discard = useCallback((fileId: string) => client.files.delete.mutate({ fileId }), [client]);
  return useUploads({ store: vectorStoreId, attach, taken, discard, hold });
}
