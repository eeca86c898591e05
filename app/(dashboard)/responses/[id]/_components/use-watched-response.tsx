"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { createFold } from "#server/protocol/fold";
import type { ResponseResource } from "#server/protocol/response";

const AGAIN_MS = 1000;

export interface Watched {
  /** The response as far as it has come; null before its first event. */
  response: ResponseResource | null;
  /** True when nothing of that id runs or is stored. */
  gone: boolean;
  /** Why nothing is heard at this moment; it is tried again without end. */
  problem: string | null;
}

/** True for a response that has not ended. */
export function isRunning({ status }: ResponseResource): boolean {
  return status === "in_progress" || status === "queued";
}

const nothingYet: Watched = { response: null, gone: false, problem: null };

/**
 * Follows a response while it runs, also over a lost connection. When it has ended, what the pages know of responses is
 * read anew. Does nothing while `enabled` is false.
 */
export function useWatchedResponse(responseId: string, enabled: boolean): Watched {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [watched, setWatched] = useState(nothingYet);
  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    const { signal } = abort;
    /** Resolves with true when there is nothing more to follow. */
    const followOnce = async (): Promise<boolean> => {
      const fold = createFold();
      let response: ResponseResource | null = null;
      for await (const batch of await client.responses.watch.query({ responseId }, { signal })) {
        for (const event of batch) fold.add(event);
        response = fold.response();
        setWatched({ response, gone: false, problem: null });
      }
      return response !== null && !isRunning(response);
    };
    const follow = async () => {
      while (!signal.aborted) {
        try {
          if (await followOnce()) break;
        } catch (error) {
          if (signal.aborted) return;
          const { code, message } = problemOf(error);
          if (code === "not_found") {
            setWatched({ response: null, gone: true, problem: null });
            break;
          }
          setWatched((last) => ({ ...last, problem: message }));
        }
        await pause(AGAIN_MS, signal);
      }
      if (!signal.aborted) await queryClient.invalidateQueries({ queryKey: trpc.responses.pathKey() });
    };
    void follow();
    return () => abort.abort();
  }, [client, enabled, queryClient, responseId, trpc]);
  return watched;
}

/** Waits; no longer than until `signal` is aborted, which ends it without an error. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
