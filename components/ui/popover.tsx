"use client";
import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { popupClass } from "#components/ui/popup-styles";

export interface PopoverProps {
  trigger: ReactElement;
  children: ReactNode;
  /** Its accessible name. */
  title: string;
  align?: "start" | "center" | "end";
  className?: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** A small panel by its button: a form or a passage. */
export function Popover({ trigger, children, title, align = "start", className, open, onOpenChange }: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} collisionPadding={12} className="z-50">
          <Base.Popup
            className={cn(
              popupClass,
              "max-h-[min(32rem,var(--available-height))] w-80 max-w-[calc(100vw-1.5rem)] overflow-y-auto p-3",
              className,
            )}
          >
            <Base.Title className="sr-only">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
