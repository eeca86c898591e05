"use client";
import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "#components/ui/kbd";

/** Makes neighbouring tooltips open at once after the first. */
export function TooltipRegion({ children }: { children: ReactNode }) {
  return <Base.Provider delay={350}>{children}</Base.Provider>;
}

export interface TooltipProps {
  content: ReactNode;
  keys?: string[];
  children: ReactElement;
  side?: "top" | "bottom" | "left" | "right";
}

/** A few words about its child, on hover and on keyboard focus. */
export function Tooltip({ content, keys, children, side = "top" }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="popup-motion flex max-w-80 items-center gap-2 rounded-md bg-float px-2 py-1 text-ink text-sm shadow-float [overflow-wrap:anywhere]">
            {content}
            {keys?.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
