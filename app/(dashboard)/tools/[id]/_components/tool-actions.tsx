"use client";
import { useMutation } from "@tanstack/react-query";
import { CirclePause, CirclePlay, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { SavedTool } from "#components/tools/tool-types";
import { useRefreshTools } from "#components/tools/use-refresh-tools";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { errorText } from "#components/ui/error-state";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { toast } from "#components/ui/toast";
import { RenameDialog } from "./rename-dialog";

/** What can be done with a tool as a whole. */
export function ToolActions({ tool }: { tool: SavedTool }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const router = useRouter();
  const refresh = useRefreshTools();
  const [renaming, setRenaming] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const update = useMutation(
    trpc.tools.update.mutationOptions({
      onSuccess: ({ enabled, name }) => toast({ title: enabled ? `Enabled ${name}` : `Disabled ${name}` }),
      onError: (error) => toast({ kind: "error", title: "The tool was not changed", description: errorText(error) }),
      onSettled: refresh,
    }),
  );
  const remove = async () => {
    await client.tools.delete.mutate({ id: tool.id });
    router.push("/tools");
    await refresh();
    toast({ title: `Deleted ${tool.name}` });
  };
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${tool.name}`} />}>
        <MenuItem icon={Pencil} onSelect={() => setRenaming(true)}>
          Rename
        </MenuItem>
        <MenuItem
          icon={tool.enabled ? CirclePause : CirclePlay}
          onSelect={() => update.mutate({ id: tool.id, enabled: !tool.enabled })}
        >
          {tool.enabled ? "Disable" : "Enable"}
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      {renaming && <RenameDialog tool={tool} onClose={() => setRenaming(false)} />}
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${tool.name}?`}
        action="Delete tool"
        onConfirm={remove}
      >
        Requests that name it are refused from now on, and its credentials are deleted. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}
