"use client";
import { useCallback, useRef, useState } from "react";
import { useTRPCClient } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { createFold } from "#server/protocol/fold";
import { buildRequest, type PlaygroundSettings, type TurnInput } from "./request-settings";
import { historyOf, ItemClock, lastResponseId, type TimedEvent, type Turn } from "./turns";

export interface Playground {
  turns: Turn[];
  running: boolean;
  send: (settings: PlaygroundSettings, input: TurnInput) => void;
  stop: () => void;
  clear: () => void;
}

type Stream = AsyncIterable<ResponseStreamEvent[]>;
type Patch = Partial<Turn>;

/** Reads a stream to its end, telling of each batch what it amounts to by then. */
async function follow(stream: Stream, startedAt: number, onPatch: (patch: Patch) => void): Promise<void> {
  const fold = createFold();
  const events: TimedEvent[] = [];
  const clock = new ItemClock();
  let firstTextMs: number | null = null;
  for await (const batch of stream) {
    const atMs = performance.now() - startedAt;
    for (const event of batch) {
      fold.add(event);
      events.push({ event, atMs });
      clock.see({ event, atMs });
      if (event.type === "response.output_text.delta") firstTextMs ??= atMs;
      if (event.type === "error") onPatch({ failure: event.message });
    }
    if (events.length === 0) continue;
    onPatch({ response: fold.response(), events: [...events], durations: clock.durations(), firstTextMs });
  }
}

function outcomeOf(turn: Turn): Patch {
  const { response } = turn;
  if (response?.status === "failed")
    return { state: "failed", failure: response.error?.message ?? turn.failure ?? "The run failed." };
  return { state: response?.status === "cancelled" ? "stopped" : "done" };
}

/** A conversation that runs through the dashboard's own session. One run at a time. */
export function usePlayground(): Playground {
  const client = useTRPCClient();
  const [turns, setTurns] = useState<Turn[]>([]);
  const control = useRef<AbortController | null>(null);
  const patch = useCallback((id: string, change: Patch | ((turn: Turn) => Patch)) => {
    setTurns((all) =>
      all.map((turn) =>
        turn.id === id ? { ...turn, ...(typeof change === "function" ? change(turn) : change) } : turn,
      ),
    );
  }, []);
  const run = async (turn: Turn) => {
    const abort = new AbortController();
    control.current = abort;
    const startedAt = performance.now();
    try {
      const stream = await client.playground.respond.mutate(turn.request, { signal: abort.signal });
      await follow(stream, startedAt, (change) => patch(turn.id, change));
      patch(turn.id, (current) => ({ ...outcomeOf(current), durationMs: performance.now() - startedAt }));
    } catch (error) {
      const stopped = abort.signal.aborted;
      const failure = stopped ? null : problemOf(error).message;
      patch(turn.id, { state: stopped ? "stopped" : "failed", failure, durationMs: performance.now() - startedAt });
    } finally {
      if (control.current === abort) control.current = null;
    }
  };
  const send = (settings: PlaygroundSettings, input: TurnInput) => {
    const request = buildRequest({
      settings,
      input,
      previousResponseId: lastResponseId(turns),
      history: historyOf(turns),
    });
    const turn: Turn = {
      id: crypto.randomUUID?.() ?? String(Math.random()),
      request,
      input,
      state: "running",
      response: null,
      events: [],
      durations: {},
      firstTextMs: null,
      durationMs: null,
      failure: null,
    };
    setTurns((all) => [...all, turn]);
    void run(turn);
  };
  return {
    turns,
    running: turns.at(-1)?.state === "running",
    send,
    stop: () => control.current?.abort(),
    clear: () => {
      control.current?.abort();
      setTurns([]);
    },
  };
}
