"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { Field, Input } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";

/** Name, expiry and the end of a store. */
export function SettingsTab({ store }: { store: Store }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayWrite = useMay("vectorStores.write");
  const [name, setName] = useState(store.name);
  const [days, setDays] = useState(store.expiresAfterDays === null ? "" : String(store.expiresAfterDays));
  const update = useMutation(
    trpc.vectorStores.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() });
        toast({ title: "Saved the settings" });
      },
    }),
  );
  const save = () => {
    const expiry = days.trim() === "" ? null : { anchor: "last_active_at" as const, days: Number(days) };
    update.mutate({ vectorStoreId: store.id, change: { name: name.trim(), expires_after: expiry } });
  };
  return (
    <div className="flex max-w-160 flex-col gap-8">
      <Form onSubmit={save}>
        <Field label="Name" error={fieldError(update.error, "change.name")}>
          <Input disabled={!mayWrite} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label="Expires after days without use"
          optional
          description="Empty: never. Each search or new file starts the count again."
          error={fieldError(update.error, "change.expires_after")}
        >
          <Input
            disabled={!mayWrite}
            inputMode="numeric"
            className="max-w-40"
            value={days}
            onChange={(event) => setDays(event.target.value)}
          />
        </Field>
        <FormProblem error={update.error} fields={["change.name", "change.expires_after"]} />
        {mayWrite && (
          <Button type="submit" variant="primary" className="self-start" busy={update.isPending}>
            Save settings
          </Button>
        )}
      </Form>
      {mayWrite && <DeleteStore store={store} />}
    </div>
  );
}

function DeleteStore({ store }: { store: Store }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await client.vectorStores.delete.mutate({ vectorStoreId: store.id });
    toast({ title: `Deleted ${store.name || "the vector store"}` });
    router.push("/vector-stores");
    await queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() });
  };
  return (
    <section className="flex flex-wrap items-center justify-between gap-3 rounded-md border px-4 py-3">
      <span>
        <span className="block font-medium">Delete this vector store</span>
        <span className="block text-ink-2">Its passages go; the files themselves stay.</span>
      </span>
      <Button variant="danger" onClick={() => setAsking(true)}>
        Delete vector store
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${store.name || "this vector store"}?`}
        action="Delete vector store"
        onConfirm={remove}
      >
        Requests that name it are refused from now on. This cannot be undone.
      </ConfirmDialog>
    </section>
  );
}
