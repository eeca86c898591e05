"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { fieldError } from "#components/form/form-problem";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { errorText } from "#components/ui/error-state";
import { Field, Input, Textarea } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { toast } from "#components/ui/toast";
import { Section } from "./section";

/** Names of the team's own for models. */
export function AliasesSection() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayManage = useMay("models.manage");
  const routes = useQuery(trpc.models.routes.queryOptions());
  const [adding, setAdding] = useState(false);
  const remove = useMutation(
    trpc.models.removeRoute.mutationOptions({
      onSuccess: () => toast({ title: "Removed the alias" }),
      onError: (error) => toast({ kind: "error", title: "The alias was not removed", description: errorText(error) }),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() }),
    }),
  );
  const add = mayManage && (
    <Button icon={Plus} onClick={() => setAdding(true)}>
      Add alias
    </Button>
  );
  return (
    <Section
      title="Aliases"
      description="One name for an ordered list of models. Apps ask for the name; you change what stands behind it."
      action={add}
    >
      <QueryView
        query={routes}
        title="The aliases could not be loaded"
        skeleton={<TableSkeleton rows={2} columns={2} />}
      >
        {(rows) =>
          rows.length === 0 ? (
            <p className="rounded-md border border-dashed px-3 py-4 text-ink-2">
              No alias yet. With one called <span className="figures text-sm">fast</span>, apps ask for{" "}
              <span className="figures text-sm">"model": "fast"</span>.
            </p>
          ) : (
            <ul className="rounded-md border bg-surface">
              {rows.map((route) => (
                <li key={route.id} className="flex items-center gap-3 border-b px-3 py-2 last:border-b-0">
                  <span className="figures font-medium text-sm">{route.alias}</span>
                  <span className="figures min-w-0 flex-1 truncate text-ink-2 text-sm">
                    {route.targets.map((target) => target.model).join(", then ")}
                  </span>
                  {mayManage && (
                    <IconButton
                      icon={Trash2}
                      size="sm"
                      label={`Remove ${route.alias}`}
                      onClick={() => remove.mutate({ id: route.id })}
                    />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      <AliasDialog open={adding} onOpenChange={setAdding} />
    </Section>
  );
}

function AliasDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formId = useId();
  const [alias, setAlias] = useState("");
  const [targets, setTargets] = useState("");
  const create = useMutation(
    trpc.models.createRoute.mutationOptions({
      onSuccess: async (route) => {
        await queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() });
        toast({ title: `Added ${route.alias}` });
        setAlias("");
        setTargets("");
        onOpenChange(false);
      },
    }),
  );
  const lines = targets
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const targetError = create.error && !fieldError(create.error, "alias") ? errorText(create.error) : null;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="sm"
      title="Add alias"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={create.isPending}
            disabled={!alias.trim() || lines.length === 0}
          >
            Add alias
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        onSubmit={() =>
          create.mutate({ alias, targets: lines.map((model, index) => ({ model, priority: index + 1, weight: 1 })) })
        }
      >
        <Field label="Alias" error={fieldError(create.error, "alias")}>
          <Input
            autoFocus
            className="figures text-sm"
            placeholder="fast"
            value={alias}
            onChange={(event) => setAlias(event.target.value)}
          />
        </Field>
        <Field
          label="Models"
          description="One a line, as connection/model; the first is asked first."
          error={targetError}
        >
          <Textarea
            className="figures text-sm"
            rows={3}
            placeholder="builtin/demo"
            value={targets}
            onChange={(event) => setTargets(event.target.value)}
          />
        </Field>
      </Form>
    </Dialog>
  );
}
