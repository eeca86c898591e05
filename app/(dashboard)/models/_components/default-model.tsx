"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Combobox } from "#components/ui/combobox";
import { errorText } from "#components/ui/error-state";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { toast } from "#components/ui/toast";

/** What a request without a model runs on. */
export function DefaultModel() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayChange = useMay("team.write");
  const picker = useQuery(trpc.models.list.queryOptions());
  const update = useMutation(
    trpc.team.update.mutationOptions({
      onSuccess: async (team) => {
        await Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.playground.defaults.queryKey() }),
        ]);
        toast({ title: `Requests without a model run on ${team.defaultModel ?? "builtin/demo"}` });
      },
      onError: (error) => toast({ kind: "error", title: "The default was not changed", description: errorText(error) }),
    }),
  );
  return (
    <Panel title="Default model" description="What a request without a model runs on.">
      <QueryView query={picker} title="The models could not be loaded" skeleton={<Skeleton className="h-8 max-w-96" />}>
        {({ models, defaultModel }) =>
          mayChange ? (
            <Combobox
              label="Default model"
              mono
              className="max-w-96"
              value={defaultModel}
              options={models
                .filter((model) => model.kind !== "embedding")
                .map((model) => ({ value: model.id, label: model.id }))}
              onChange={(model) => update.mutate({ defaultModel: model })}
            />
          ) : (
            <span className="figures text-sm">{defaultModel}</span>
          )
        }
      </QueryView>
    </Panel>
  );
}
