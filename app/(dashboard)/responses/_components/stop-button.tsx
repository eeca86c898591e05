"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { shortenId } from "#components/format/ids";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { errorText } from "#components/ui/error-state";
import { toast } from "#components/ui/toast";

/**
 * Stops a run of the team's, wherever it runs; nothing for roles that may not. A small one stands in a list: its name
 * says which.
 */
export function StopButton({ responseId, size }: { responseId: string; size?: "sm" }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayStop = useMay("responses.write");
  const stop = useMutation(
    trpc.responses.stop.mutationOptions({
      onError: (error) => toast({ kind: "error", title: "It was not stopped", description: errorText(error) }),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.responses.pathKey() }),
    }),
  );
  if (!mayStop) return null;
  return (
    <Button
      size={size}
      icon={Square}
      busy={stop.isPending}
      aria-label={size === "sm" ? `Stop ${shortenId(responseId)}` : undefined}
      onClick={() => stop.mutate({ responseId })}
    >
      Stop
    </Button>
  );
}
