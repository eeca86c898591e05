"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useTRPC } from "#components/trpc/client";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import { draftOf, newDraft, type Route, targetsOf } from "./targets";
import { TargetsEditor } from "./targets-editor";

export interface AliasDialogProps {
  /** The alias to change; null: a new one. */
  route: Route | null;
  /** The first model of a new one. */
  startModel?: string;
  onClose: () => void;
}

/** Makes or changes an alias. */
export function AliasDialog({ route, startModel, onClose }: AliasDialogProps) {
  const formId = useId();
  const [alias, setAlias] = useState(route?.alias ?? "");
  const [rows, setRows] = useState(() => (route ? draftOf(route.targets) : newDraft(startModel)));
  const models = useModelOptions();
  const { save, error, busy } = useSaveAlias(route, onClose);
  const targets = targetsOf(rows);
  const errorAt = (at: number) =>
    ["model", "weight", "priority"]
      .flatMap((field) => [`targets[${at}].${field}`, `targets.${at}.${field}`])
      .map((field) => fieldError(error, field))
      .find((message) => message !== null) ?? null;
  const fields = ["alias", ...rows.flatMap((_, at) => [`targets[${at}].model`, `targets.${at}`])];
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={route ? `Edit ${route.alias}` : "Add alias"}
      description="Apps ask for the alias; you change what stands behind it."
      footer={
        <SubmitButtons
          form={formId}
          onCancel={onClose}
          busy={busy}
          disabled={alias.trim() === "" || rows.some((row) => row.model === "")}
        >
          {route ? "Save changes" : "Add alias"}
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => save({ alias, targets })}>
        <Field
          label="Alias"
          description={
            route && alias.trim() !== route.alias ? "Apps that ask for the old name are refused." : undefined
          }
          error={fieldError(error, "alias")}
        >
          <Input
            autoFocus
            className="figures text-sm"
            placeholder="fast"
            value={alias}
            onChange={(event) => setAlias(event.target.value)}
          />
        </Field>
        <TargetsEditor rows={rows} onChange={setRows} models={models} errorAt={errorAt} />
        <FormProblem error={error} fields={fields} />
      </Form>
    </Dialog>
  );
}

/** Every model that an alias may stand for. */
function useModelOptions() {
  const trpc = useTRPC();
  const picker = useQuery(trpc.models.list.queryOptions());
  const models = picker.data?.models.filter((model) => model.targets === null) ?? [];
  return models.map(({ id, kind }) => ({ value: id, label: id, ...(kind === "embedding" && { hint: "embeddings" }) }));
}

function useSaveAlias(route: Route | null, onSaved: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const saved = {
    onSuccess: async ({ alias }: Route) => {
      await queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() });
      toast({ title: route ? `Changed ${alias}` : `Added ${alias}` });
      onSaved();
    },
  };
  const create = useMutation(trpc.models.createRoute.mutationOptions(saved));
  const update = useMutation(trpc.models.updateRoute.mutationOptions(saved));
  type Settings = Parameters<typeof create.mutate>[0];
  return {
    save: (settings: Settings) => (route ? update.mutate({ id: route.id, ...settings }) : create.mutate(settings)),
    error: create.error ?? update.error,
    busy: create.isPending || update.isPending,
  };
}
