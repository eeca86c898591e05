"use client";
import { Combobox as Base } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";
import { controlClass } from "#components/ui/field";
import { itemClass, popupClass } from "#components/ui/popup-styles";

export interface ComboboxOption {
  value: string;
  label: string;
  hint?: ReactNode;
}

export interface ComboboxProps {
  value: string | null;
  onChange: (value: string) => void;
  options: readonly ComboboxOption[];
  label?: string;
  placeholder?: string;
  searchPlaceholder?: string;
  emptyText?: string;
  mono?: boolean;
  size?: "sm" | "md";
  className?: string;
}

/** One of many values, found by typing. The search field opens with the list. */
export function Combobox(props: ComboboxProps) {
  const { value, onChange, options, label, placeholder = "Choose", mono, size, className } = props;
  const selected = options.find((option) => option.value === value) ?? null;
  return (
    <Base.Root
      items={options}
      value={selected}
      onValueChange={(next) => {
        if (next) onChange(next.value);
      }}
      isItemEqualToValue={(item, current) => item.value === current.value}
    >
      <Base.Trigger
        aria-label={label}
        className={cn(
          controlClass,
          "flex items-center justify-between gap-2 text-left",
          size === "sm" ? "h-7 text-sm" : "h-8",
          className,
        )}
      >
        <span className={cn("truncate", mono && "figures text-sm", !selected && "text-ink-3")}>
          {selected?.label ?? value ?? placeholder}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      </Base.Trigger>
      <ComboboxPopup {...props} />
    </Base.Root>
  );
}

function ComboboxPopup({ searchPlaceholder = "Search", emptyText = "Nothing found.", mono }: ComboboxProps) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} align="start" className="z-50">
        <Base.Popup className={cn(popupClass, "w-[max(var(--anchor-width),16rem)] max-w-[calc(100vw-2rem)]")}>
          <div className="border-b p-1.5">
            <Base.Input
              placeholder={searchPlaceholder}
              aria-label={searchPlaceholder}
              className="h-7 w-full bg-transparent px-1.5 text-base outline-none"
            />
          </div>
          <Base.Empty className="px-3 py-2 text-ink-3 text-sm empty:p-0">{emptyText}</Base.Empty>
          <Base.List className="max-h-[min(20rem,var(--available-height))] overflow-y-auto p-1 empty:p-0">
            {(option: ComboboxOption) => (
              <Base.Item key={option.value} value={option} className={itemClass}>
                <span className="flex min-w-0 flex-1 flex-col">
                  <span className={cn("truncate", mono && "figures text-sm")}>{option.label}</span>
                  {option.hint && <span className="text-ink-3 text-sm">{option.hint}</span>}
                </span>
                <Base.ItemIndicator>
                  <Check aria-hidden className="size-3.5" />
                </Base.ItemIndicator>
              </Base.Item>
            )}
          </Base.List>
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
