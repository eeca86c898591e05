"use client";
import { Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";

export interface DeleteButtonProps {
  /** `response` */
  thing: string;
  /** What goes, what stays, and that it cannot be undone. */
  children: ReactNode;
  onDelete: () => Promise<unknown>;
  size?: "sm" | "md";
}

/** Deletes the one thing that a page or a row is about, after a question. */
export function DeleteButton({ thing, children, onDelete, size = "md" }: DeleteButtonProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size={size} icon={Trash2} onClick={() => setAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete this ${thing}?`}
        action={`Delete ${thing}`}
        onConfirm={onDelete}
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
