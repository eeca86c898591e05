"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";

/** The end of a store, once it is confirmed. */
export function DeleteStore({ store }: { store: Store }) {
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
