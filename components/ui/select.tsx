"use client";
import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { controlClass } from "#components/ui/field";
import { itemClass, popupClass } from "#components/ui/popup-styles";

export interface Option<T extends string> {
  value: T;
  label: string;
  /** A second, quieter line. */
  hint?: ReactNode;
}

export interface SelectProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly Option<T>[];
  /** Its accessible name where no Field labels it. */
  label?: string;
  size?: "sm" | "md";
  className?: string;
  disabled?: boolean;
}

/** One of a few fixed values. */
export function Select<T extends string>({
  value,
  onChange,
  options,
  label,
  size,
  className,
  disabled,
}: SelectProps<T>) {
  return (
    <Base.Root
      value={value}
      items={options}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Base.Trigger
        aria-label={label}
        className={cn(
          controlClass,
          "flex items-center justify-between gap-2 whitespace-nowrap text-left",
          size === "sm" ? "h-7 text-sm" : "h-8",
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="text-ink-3">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className={cn(popupClass, "min-w-(--anchor-width)")}>
            <Base.List className="max-h-[min(22rem,var(--available-height))] overflow-y-auto p-1">
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={itemClass}>
                  <span className="flex min-w-0 flex-1 flex-col">
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.hint && <span className="text-ink-3 text-sm">{option.hint}</span>}
                  </span>
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-3.5" />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
