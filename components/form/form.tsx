"use client";
import type { FormEvent, ReactNode } from "react";
import { cn } from "#components/ui/cn";

export interface FormProps {
  onSubmit: () => void;
  children: ReactNode;
  /** Lets a button outside submit it: `<button form={id}>`. */
  id?: string;
  className?: string;
}

/** A form whose submission is handled here and never by the browser. */
export function Form({ onSubmit, children, id, className }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form id={id} noValidate onSubmit={submit} className={cn("flex flex-col gap-4", className)}>
      {children}
    </form>
  );
}
