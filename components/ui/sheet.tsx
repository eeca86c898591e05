"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { iconButtonClass } from "#components/ui/icon-button";
import { backdropClass } from "#components/ui/popup-styles";
import { useOpener } from "#components/ui/use-opener";

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Keeps the title for screen readers only. */
  bare?: boolean;
  side?: "left" | "right";
  children: ReactNode;
  className?: string;
}

/** A panel from the edge of the screen: a detail beside its list, or the navigation on small screens. */
export function Sheet({ open, onOpenChange, title, bare, side = "right", children, className }: SheetProps) {
  const finalFocus = useOpener(open);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          finalFocus={finalFocus}
          className={cn(
            "fixed inset-y-0 z-40 flex w-full flex-col bg-float shadow-float outline-none transition-transform duration-150 ease-out",
            side === "left"
              ? "left-0 max-w-72 data-[ending-style]:-translate-x-full data-[starting-style]:-translate-x-full"
              : "right-0 max-w-xl data-[ending-style]:translate-x-full data-[starting-style]:translate-x-full",
            className,
          )}
        >
          {bare ? (
            <Base.Title className="sr-only">{title}</Base.Title>
          ) : (
            <header className="flex h-12 shrink-0 items-center justify-between gap-3 border-b px-4">
              <Base.Title className="truncate font-semibold text-md">{title}</Base.Title>
              <Base.Close aria-label="Close" className={iconButtonClass()}>
                <X aria-hidden />
              </Base.Close>
            </header>
          )}
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
