"use client";
import { Switch as Base } from "@base-ui/react/switch";
import { type ReactNode, useId } from "react";

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  label: ReactNode;
  description?: ReactNode;
}

/** A setting that is on or off, with its words at the left. */
export function Switch({ checked, onChange, disabled, label, description }: SwitchProps) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex items-start justify-between gap-4">
      <span className="min-w-0">
        <span className="block font-medium text-base">{label}</span>
        {description && <span className="block text-ink-3 text-sm">{description}</span>}
      </span>
      <Base.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 flex h-4.5 w-8 shrink-0 items-center rounded-full border border-edge bg-raised px-px transition-colors duration-100 data-[checked]:border-accent data-[checked]:bg-accent data-[disabled]:opacity-50"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-ink-3 transition-transform duration-100 ease-out data-[checked]:translate-x-3.5 data-[checked]:bg-on-accent" />
      </Base.Root>
    </label>
  );
}
