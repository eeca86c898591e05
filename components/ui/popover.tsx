"use client";
import { Popover as Base } from "@base-ui/react/popover";
import { type ReactElement, type ReactNode, useRef } from "react";
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
  /** Focus the panel itself, not its first control: for what is read from the top. */
  focusPopup?: boolean;
}

/** A small panel by its button: a form or a passage. */
export function Popover({ align = "start", focusPopup = false, ...props }: PopoverProps) {
  const { trigger, children, title, className, open, onOpenChange } = props;
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} collisionPadding={12} className="z-50">
          <Base.Popup
            ref={popup}
            initialFocus={focusPopup ? popup : undefined}
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
