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

/** Deletes a stored response, after a question. */
export function DeleteResponse({ responseId }: { responseId: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const mayDelete = useMay("responses.write");
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await client.responses.delete.mutate({ responseId });
    router.push("/responses");
    await queryClient.invalidateQueries({ queryKey: trpc.responses.list.pathKey() });
    toast({ title: "Deleted the response" });
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
        title="Delete this response?"
        action="Delete response"
        onConfirm={remove}
      >
        Its input and answer go too, but for what other responses and conversations hold. If it still runs, it is
        stopped. Its trace stays. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}
