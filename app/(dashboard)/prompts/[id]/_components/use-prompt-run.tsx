"use client";
import { useEffect, useRef, useState } from "react";
import { useTRPCClient } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { createFold } from "#server/protocol/fold";
import type { ResponseResource } from "#server/protocol/response";

export interface PromptRun {
  response: ResponseResource | null;
  running: boolean;
  /** Why it failed, in words. */
  failure: string | null;
  start: (request: Record<string, unknown>) => void;
  stop: () => void;
}

/** Runs a request through the dashboard's own session and follows its answer. One at a time; ends with the page. */
export function usePromptRun(): PromptRun {
  const client = useTRPCClient();
  const control = useRef<AbortController | null>(null);
  const [state, setState] = useState<Pick<PromptRun, "response" | "running" | "failure">>({
    response: null,
    running: false,
    failure: null,
  });
  useEffect(() => () => control.current?.abort(), []);
  const run = async (request: Record<string, unknown>) => {
    control.current?.abort();
    const abort = new AbortController();
    control.current = abort;
    setState({ response: null, running: true, failure: null });
    const fold = createFold();
    let failure: string | null = null;
    try {
      for await (const batch of await client.playground.respond.mutate(request, { signal: abort.signal })) {
        for (const event of batch) fold.add(event);
        setState({ response: fold.response(), running: true, failure: null });
      }
    } catch (error) {
      failure = abort.signal.aborted ? null : problemOf(error).message;
    }
    if (control.current !== abort) return;
    setState((last) => ({ ...last, running: false, failure: failure ?? last.response?.error?.message ?? null }));
  };
  return { ...state, start: (request) => void run(request), stop: () => control.current?.abort() };
}
