"use client";
import { Field as Base } from "@base-ui/react/field";
import { CircleAlert } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "#components/ui/cn";

export const controlClass = cn(
  "w-full min-w-0 rounded-md border border-edge bg-surface px-2.5 text-base text-ink",
  "transition-colors duration-100 hover:border-ink-3 disabled:opacity-55",
  "focus-visible:outline-offset-0 data-[invalid]:border-danger",
);

export interface FieldProps {
  label: ReactNode;
  /** What it is for, under the label. */
  description?: ReactNode;
  /** What is wrong and what to do, in the field's place. */
  error?: string | null;
  optional?: boolean;
  children: ReactNode;
  className?: string;
  name?: string;
}

/** One labelled form control with its description and error. */
export function Field({ label, description, error, optional, children, className, name }: FieldProps) {
  return (
    <Base.Root name={name} invalid={Boolean(error)} className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      <div className="flex items-baseline gap-2">
        <Base.Label className="font-medium text-base text-ink">{label}</Base.Label>
        {optional && <span className="text-ink-3 text-sm">optional</span>}
      </div>
      {children}
      {description && <Base.Description className="text-ink-3 text-sm">{description}</Base.Description>}
      {error && (
        <Base.Error match className="flex items-start gap-1.5 text-danger text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </Base.Error>
      )}
    </Base.Root>
  );
}

/** A line of text. Inside a Field it takes the label and the error from there. */
export function Input({ className, ...rest }: ComponentProps<typeof Base.Control>) {
  return <Base.Control {...rest} className={cn(controlClass, "h-8", className as string | undefined)} />;
}

/** Several lines of text. */
export function Textarea({ className, rows = 4, ...rest }: ComponentProps<"textarea">) {
  return (
    <Base.Control
      render={<textarea {...rest} rows={rows} className={cn(controlClass, "resize-y py-1.5 leading-5", className)} />}
    />
  );
}
