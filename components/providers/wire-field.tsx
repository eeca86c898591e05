"use client";
import type { Connection } from "#components/providers/provider-types";
import { Field } from "#components/ui/field";
import { Select } from "#components/ui/select";

export type Wire = NonNullable<Connection["wire"]>;

const options = [
  { value: "auto", label: "Automatic", hint: "Asked once; the Responses API where it is spoken" },
  { value: "responses", label: "Responses API", hint: "Hosted tools, encrypted reasoning and phases pass through" },
  { value: "chat", label: "Chat completions", hint: "What every compatible server speaks" },
] as const;

/** Which of OpenAI's two APIs a server is asked by. */
export function WireField({ value, onChange }: { value: Wire; onChange: (wire: Wire) => void }) {
  return (
    <Field label="API" description="Which of OpenAI’s two APIs the server is asked by.">
      <Select value={value} onChange={onChange} options={options} />
    </Field>
  );
}

/** The chosen API as a fact about a connection. */
export function wireLabel(wire: Wire): string {
  return options.find((option) => option.value === wire)?.label ?? wire;
}
