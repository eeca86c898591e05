"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";

/** Names of the team's API keys by id; empty for roles that may not list them. */
export function useKeyNames(wanted: boolean): ReadonlyMap<string, string> {
  const trpc = useTRPC();
  const mayRead = useMay("apiKeys.read");
  const keys = useQuery(
    trpc.apiKeys.list.queryOptions({ limit: 200 }, { enabled: wanted && mayRead, staleTime: 60_000 }),
  );
  return useMemo(() => new Map(keys.data?.rows.map((key) => [key.id, key.name])), [keys.data]);
}
