"use client";
import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { backdropClass } from "#components/ui/popup-styles";
import { useOpener } from "#components/ui/use-opener";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
  /** The verb on the button: "Revoke key". */
  action: string;
  danger?: boolean;
  /** Closes on success; a rejection is shown inside and the dialog stays. */
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  action,
  danger = true,
  onConfirm,
}: ConfirmDialogProps) {
  const finalFocus = useOpener(open);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "It did not work. Try again.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          finalFocus={finalFocus}
          className={cn(
            "popup-motion fixed top-[max(1rem,16vh)] left-1/2 z-40 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2",
            "rounded-lg bg-float p-5 shadow-float outline-none",
          )}
        >
          <Base.Title className="font-semibold text-lg">{title}</Base.Title>
          <Base.Description render={<div />} className="mt-1.5 text-base text-ink-2">
            {children}
          </Base.Description>
          {failure && (
            <p role="alert" className="mt-3 text-danger text-sm">
              {failure}
            </p>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <Base.Close render={<Button />}>Cancel</Base.Close>
            <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
