"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { toast } from "#components/ui/toast";

/** Deletes a conversation, after a question. */
export function DeleteConversation({ conversationId }: { conversationId: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const mayDelete = useMay("responses.write");
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await client.conversations.delete.mutate({ conversationId });
    router.push("/responses?view=conversations");
    await queryClient.invalidateQueries({ queryKey: trpc.conversations.list.pathKey() });
    toast({ title: "Deleted the conversation" });
  };
  if (!mayDelete) return null;
  return (
    <>
      <Button icon={Trash2} onClick={() => setAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete this conversation?"
        action="Delete conversation"
        onConfirm={remove}
      >
        Its items go too, but for those that stored responses hold. The responses stay. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}
