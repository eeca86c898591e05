"use client";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { cn } from "#components/ui/cn";

const lookMs = 30_000;
const most = 99;

/** How many calls wait for approval, beside the way to them; nothing when none does. */
export function PendingCount({ collapsed }: { collapsed: boolean }) {
  const trpc = useTRPC();
  const mayRead = useMay("responses.read");
  const { data: count = 0 } = useQuery(
    trpc.approvals.count.queryOptions(undefined, { enabled: mayRead, refetchInterval: lookMs, retry: false }),
  );
  if (count === 0) return null;
  return (
    <span
      className={cn(
        "figures rounded-sm bg-accent-soft text-accent text-xs",
        collapsed ? "absolute top-0.5 right-0.5 px-0.5 leading-4" : "ml-auto px-1.5 leading-5",
      )}
    >
      {count > most ? `${most}+` : count}
      <span className="sr-only"> pending</span>
    </span>
  );
}
