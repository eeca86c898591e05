"use client";
import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import { type ReactNode, useId } from "react";

export interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  indeterminate?: boolean;
  disabled?: boolean;
  /** Words beside the box. */
  children?: ReactNode;
  /** Its accessible name where it has no words. */
  label?: string;
}

const boxClass =
  "flex size-4 shrink-0 items-center justify-center rounded-xs border border-edge bg-surface data-[checked]:border-accent data-[indeterminate]:border-accent data-[checked]:bg-accent data-[indeterminate]:bg-accent data-[disabled]:opacity-50";

/** On or off, one of several beside each other. */
export function Checkbox({ checked, onChange, indeterminate, disabled, children, label }: CheckboxProps) {
  const id = useId();
  const box = (
    <Base.Root
      id={id}
      checked={checked}
      indeterminate={indeterminate}
      disabled={disabled}
      onCheckedChange={onChange}
      aria-label={label}
      className={boxClass}
    >
      <Base.Indicator className="text-on-accent data-[unchecked]:hidden">
        {indeterminate ? (
          <Minus aria-hidden className="size-3" />
        ) : (
          <Check aria-hidden className="size-3" strokeWidth={3} />
        )}
      </Base.Indicator>
    </Base.Root>
  );
  if (!children) return box;
  return (
    <label htmlFor={id} className="flex items-start gap-2 text-base [&>:first-child]:mt-0.5">
      {box}
      <span className="min-w-0">{children}</span>
    </label>
  );
}
