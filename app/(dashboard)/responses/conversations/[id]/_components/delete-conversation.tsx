"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { DeleteButton } from "#components/ui/delete-button";
import { toast } from "#components/ui/toast";

/** Deletes a conversation, after a question; nothing for roles that may not. */
export function DeleteConversation({ conversationId }: { conversationId: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const mayDelete = useMay("responses.write");
  const remove = async () => {
    await client.conversations.delete.mutate({ conversationId });
    router.push("/responses?view=conversations");
    await queryClient.invalidateQueries({ queryKey: trpc.conversations.list.pathKey() });
    toast({ title: "Deleted the conversation" });
  };
  if (!mayDelete) return null;
  return (
    <DeleteButton thing="conversation" onDelete={remove}>
      Its items go too, but for those that stored responses hold. The responses stay. This cannot be undone.
    </DeleteButton>
  );
}
