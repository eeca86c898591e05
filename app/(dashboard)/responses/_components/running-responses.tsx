"use client";
import { useQuery } from "@tanstack/react-query";
import { EyeOff } from "lucide-react";
import Link from "next/link";
import { useEffect, useEffectEvent, useRef } from "react";
import { shortenId } from "#components/format/ids";
import { useTRPC } from "#components/trpc/client";
import { RelativeTime } from "#components/ui/relative-time";
import { Badge, RunStatus } from "#components/ui/status";
import { Tooltip } from "#components/ui/tooltip";
import { StopButton } from "./stop-button";

const lookMs = 2000;
const shownAtMost = 8;

/** What runs at this moment, on whichever node. `onEnded`: one of them has ended, so it is in the list below now. */
export function RunningResponses({ onEnded }: { onEnded: () => void }) {
  const trpc = useTRPC();
  const running = useQuery(trpc.responses.running.queryOptions(undefined, { refetchInterval: lookMs }));
  const rows = running.data ?? [];
  const before = useRef<ReadonlySet<string>>(new Set());
  const tell = useEffectEvent(onEnded);
  useEffect(() => {
    if (!running.data) return;
    const now = new Set(running.data.map((row) => row.id));
    const someEnded = [...before.current].some((id) => !now.has(id));
    before.current = now;
    if (someEnded) tell();
  }, [running.data]);
  if (rows.length === 0) return null;
  return (
    <section aria-label="Running now" className="max-h-72 shrink-0 overflow-y-auto border-b bg-surface">
      <ul>
        {rows.slice(0, shownAtMost).map((row) => (
          <li key={row.id} className="flex h-9 items-center gap-3 border-b px-4 last:border-b-0 lg:px-6">
            <RunStatus status={row.status} />
            {row.keepsContent ? (
              <Link
                href={`/responses/${row.id}`}
                className="figures min-w-0 truncate rounded-xs text-sm hover:underline"
              >
                {shortenId(row.id)}
              </Link>
            ) : (
              <Tooltip content="It keeps no content: it can be stopped, not watched">
                <span className="figures inline-flex items-center gap-1.5 text-sm">
                  {shortenId(row.id)}
                  <EyeOff aria-hidden className="size-3.5 text-ink-3" />
                </span>
              </Tooltip>
            )}
            <span className="figures min-w-0 flex-1 truncate text-ink-2 text-sm max-sm:hidden">{row.model}</span>
            {row.background && <Badge className="max-sm:hidden">background</Badge>}
            <RelativeTime at={row.startedAt} className="ml-auto whitespace-nowrap text-ink-3 text-sm" />
            <StopButton responseId={row.id} size="sm" />
          </li>
        ))}
      </ul>
      {rows.length > shownAtMost && (
        <p className="px-4 py-2 text-ink-3 text-sm lg:px-6">{rows.length - shownAtMost} more run now.</p>
      )}
    </section>
  );
}
