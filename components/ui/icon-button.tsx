import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn";
import { Tooltip } from "#components/ui/tooltip";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  icon: LucideIcon;
  /** What it does: its accessible name and its tooltip. */
  label: string;
  size?: "sm" | "md";
  /** Keys that do the same, shown in the tooltip. */
  keys?: string[];
}

/** The classes of a square button with only an icon. */
export function iconButtonClass(size: "sm" | "md" = "md") {
  return cn(
    "inline-flex shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors duration-100",
    "hover:bg-raised hover:text-ink disabled:opacity-45 data-[popup-open]:bg-raised",
    size === "sm" ? "size-6 [&_svg]:size-3.5" : "size-8 [&_svg]:size-4",
  );
}

/** A button with only an icon; its name shows on hover. */
export function IconButton({ icon: Icon, label, size, keys, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} keys={keys}>
      <button type="button" {...rest} aria-label={label} className={cn(iconButtonClass(size), className)}>
        <Icon aria-hidden />
      </button>
    </Tooltip>
  );
}
