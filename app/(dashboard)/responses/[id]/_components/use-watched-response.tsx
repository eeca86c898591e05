"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { createFold } from "#server/protocol/fold";
import type { ResponseResource } from "#server/protocol/response";

export interface Watched {
  /** The response as far as it has come; null before its first event. */
  response: ResponseResource | null;
  /** Why it cannot be watched any more. */
  problem: string | null;
}

/**
 * Follows a response while it runs. When it has ended, what the pages know of it is read anew.
 * Does nothing while `enabled` is false.
 */
export function useWatchedResponse(responseId: string, enabled: boolean): Watched {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [watched, setWatched] = useState<Watched>({ response: null, problem: null });
  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    const follow = async () => {
      const fold = createFold();
      for await (const batch of await client.responses.watch.query({ responseId }, { signal: abort.signal })) {
        for (const event of batch) fold.add(event);
        setWatched({ response: fold.response(), problem: null });
      }
      await queryClient.invalidateQueries({ queryKey: trpc.responses.pathKey() });
    };
    follow().catch((error: unknown) => {
      if (!abort.signal.aborted) setWatched((last) => ({ ...last, problem: problemOf(error).message }));
    });
    return () => abort.abort();
  }, [client, enabled, queryClient, responseId, trpc]);
  return watched;
}
