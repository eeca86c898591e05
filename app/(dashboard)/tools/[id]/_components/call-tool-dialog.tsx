"use client";
import type { SavedTool } from "#components/tools/tool-types";
import { Dialog } from "#components/ui/dialog";
import type { ListedTool } from "./server-tools";
import { ToolTrial } from "./tool-trial";

export interface CallToolDialogProps {
  tool: SavedTool;
  called: ListedTool;
  onClose: () => void;
}

/** Calls one tool of a server, for real, with arguments from a form made of its schema. */
export function CallToolDialog({ tool, called, onClose }: CallToolDialogProps) {
  const { name, inputSchema } = called;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={<span className="figures">{name}</span>}
      description={called.description ?? "A real call of the server’s tool, with its credentials."}
    >
      <ToolTrial tool={tool} name={name} schema={inputSchema} />
    </Dialog>
  );
}
