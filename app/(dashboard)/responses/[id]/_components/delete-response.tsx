"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { DeleteButton } from "#components/ui/delete-button";
import { toast } from "#components/ui/toast";

/** Deletes a stored response, after a question; nothing for roles that may not. */
export function DeleteResponse({ responseId }: { responseId: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const mayDelete = useMay("responses.write");
  const remove = async () => {
    await client.responses.delete.mutate({ responseId });
    router.push("/responses");
    await queryClient.invalidateQueries({ queryKey: trpc.responses.list.pathKey() });
    toast({ title: "Deleted the response" });
  };
  if (!mayDelete) return null;
  return (
    <DeleteButton thing="response" onDelete={remove}>
      Its input and answer go too, but for what other responses and conversations hold. If it still runs, it is stopped.
      Its trace stays. This cannot be undone.
    </DeleteButton>
  );
}
