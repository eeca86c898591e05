"use client";
import { Radio as Base } from "@base-ui/react/radio";
import { RadioGroup as BaseGroup } from "@base-ui/react/radio-group";
import { type ReactNode, useId } from "react";

export interface RadioOption<T extends string> {
  value: T;
  label: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
}

export interface RadioGroupProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly RadioOption<T>[];
  label: string;
}

/** One of a few choices, each a card with a line of explanation. */
export function RadioGroup<T extends string>({ value, onChange, options, label }: RadioGroupProps<T>) {
  const id = useId();
  return (
    <BaseGroup value={value} onValueChange={onChange} aria-label={label} className="flex flex-col gap-2">
      {options.map((option) => (
        <label
          key={option.value}
          htmlFor={`${id}${option.value}`}
          className="flex items-start gap-2.5 rounded-md border border-edge bg-surface px-3 py-2.5 has-[[data-checked]]:border-accent has-[[data-checked]]:bg-accent-soft has-[[data-disabled]]:opacity-55"
        >
          <Base.Root
            id={`${id}${option.value}`}
            value={option.value}
            disabled={option.disabled}
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-edge bg-surface data-[checked]:border-accent"
          >
            <Base.Indicator className="size-2 rounded-full bg-accent data-[unchecked]:hidden" />
          </Base.Root>
          <span className="min-w-0">
            <span className="block font-medium text-base">{option.label}</span>
            {option.description && <span className="block text-ink-2 text-sm">{option.description}</span>}
          </span>
        </label>
      ))}
    </BaseGroup>
  );
}
