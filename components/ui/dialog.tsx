"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { iconButtonClass } from "#components/ui/icon-button";
import { backdropClass } from "#components/ui/popup-styles";
import { useOpener } from "#components/ui/use-opener";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons at the bottom, the main one last. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** Closed only by its own buttons: for what would be lost. */
  persistent?: boolean;
}

const widths = { sm: "max-w-sm", md: "max-w-lg", lg: "max-w-3xl" };

/** A task in front of the page. Keeps focus inside and gives it back. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = "md",
  persistent,
}: DialogProps) {
  const finalFocus = useOpener(open);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} disablePointerDismissal={persistent}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          finalFocus={finalFocus}
          className={cn(
            "popup-motion fixed top-[max(1rem,10vh)] left-1/2 z-40 flex max-h-[calc(100dvh-max(2rem,14vh))] w-[calc(100vw-2rem)] -translate-x-1/2",
            "flex-col rounded-lg bg-float shadow-float outline-none",
            widths[size],
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="font-semibold text-lg">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-0.5 text-base text-ink-2">{description}</Base.Description>
              )}
            </div>
            <Base.Close aria-label="Close" className={cn(iconButtonClass("sm"), "mt-0.5")}>
              <X aria-hidden />
            </Base.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
