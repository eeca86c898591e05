import type { ReactNode } from "react";
import { Button } from "#components/ui/button";

export interface SubmitButtonsProps {
  /** Id of the form that is submitted. */
  form: string;
  /** What the form does, in a word or two. */
  children: ReactNode;
  onCancel: () => void;
  busy?: boolean;
  disabled?: boolean;
}

/** The footer of a dialog with a form: out of it, or on with it. */
export function SubmitButtons({ form, children, onCancel, busy = false, disabled = false }: SubmitButtonsProps) {
  return (
    <>
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" form={form} variant="primary" busy={busy} disabled={disabled}>
        {children}
      </Button>
    </>
  );
}
