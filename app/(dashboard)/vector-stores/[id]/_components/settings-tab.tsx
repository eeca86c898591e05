"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { GroupProblem } from "#components/form/group-problem";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";
import { DeleteStore } from "./delete-store";
import { EmbeddingSettings } from "./embedding-settings";
import { changeOf, draftOf, problemsOf, type SettingsDraft } from "./settings-draft";
import { CuttingFields, GeneralFields, SearchFields, settingsFields } from "./settings-fields";

/** What a store is called, how its files are cut, how it is searched, when it ends. */
export function SettingsTab({ store }: { store: Store }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayWrite = useMay("vectorStores.write");
  const [draft, setDraft] = useState(() => draftOf(store));
  // Problems are shown once somebody has tried to save.
  const [strict, setStrict] = useState(false);
  const update = useMutation(
    trpc.vectorStores.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() });
        toast({ title: "Saved the settings" });
      },
    }),
  );
  const problems = problemsOf(draft);
  const isRight = Object.keys(problems).length === 0;
  const save = () => {
    setStrict(true);
    if (isRight) update.mutate({ vectorStoreId: store.id, change: changeOf(draft) });
  };
  const fields = {
    draft,
    onChange: (part: Partial<SettingsDraft>) => setDraft({ ...draft, ...part }),
    problems: strict ? problems : {},
    error: update.error,
    disabled: !mayWrite,
  };
  return (
    <div className="flex max-w-160 flex-col gap-8">
      <Form onSubmit={save} className="gap-8">
        <GeneralFields {...fields} />
        <CuttingFields {...fields} />
        <SearchFields {...fields} />
        <FormProblem error={update.error} fields={settingsFields} />
        {mayWrite && (
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" variant="primary" busy={update.isPending}>
              Save settings
            </Button>
            <GroupProblem>
              {strict && !isRight ? "Not saved: what is marked above is to be mended first." : null}
            </GroupProblem>
          </div>
        )}
      </Form>
      <EmbeddingSettings store={store} />
      {mayWrite && <DeleteStore store={store} />}
    </div>
  );
}
