"use client";
import { type FormEvent, type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { cn } from "#components/ui/cn";

export interface FormProps {
  onSubmit: () => void;
  children: ReactNode;
  /** Lets a button outside submit it: `<button form={id}>`. */
  id?: string;
  className?: string;
}

const subscribeToNothing = () => () => {};

/** False in the server's HTML, true as soon as this page's scripts run it. */
function useHydrated(): boolean {
  return useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
}

/**
 * A form whose submission is handled here and never by the browser. Until the page's scripts run, it takes no input:
 * what is typed earlier would be lost, and an early submit would leave the page.
 */
export function Form({ onSubmit, children, id, className }: FormProps) {
  const hydrated = useHydrated();
  const wasServed = useRef(!hydrated);
  const fields = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // The browser could not focus it while it was disabled.
    if (hydrated && wasServed.current) fields.current?.querySelector<HTMLElement>("[autofocus]")?.focus();
  }, [hydrated]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // React hands it on to the form around the dialog that this one stands in.
    event.stopPropagation();
    onSubmit();
  };
  return (
    <form id={id} noValidate onSubmit={submit}>
      <fieldset
        ref={fields}
        disabled={!hydrated}
        data-hydrating={hydrated ? undefined : ""}
        className={cn("m-0 flex min-w-0 flex-col gap-4 border-0 p-0", className)}
      >
        {children}
      </fieldset>
    </form>
  );
}
