"use client";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ToolTest } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPCClient } from "#components/trpc/client";

/** How a saved server is asked for its tools. Its answer is kept, so that whoever comes back sees the same list. */
function useListingOptions() {
  const client = useTRPCClient();
  const refresh = useRefreshTools();
  return (toolId: string) =>
    queryOptions<ToolTest>({
      queryKey: ["server-listing", toolId],
      queryFn: async () => {
        try {
          return await client.tools.test.mutate({ id: toolId });
        } finally {
          await refresh();
        }
      },
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    });
}

/** What a saved server lists. It is asked when somebody wants it: by `refetch`, or at once where `isWanted`. */
export function useServerListing(toolId: string, isWanted: boolean) {
  return useQuery({ ...useListingOptions()(toolId), enabled: isWanted });
}

/** Asks a server that was just saved, for the page that it is shown on. */
export function useAskServer(): (toolId: string) => void {
  const queryClient = useQueryClient();
  const options = useListingOptions();
  return (toolId) => void queryClient.prefetchQuery(options(toolId));
}
