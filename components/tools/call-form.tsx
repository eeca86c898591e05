"use client";
import { Play } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { type ArgumentField, argumentFields, readArguments } from "#components/tools/schema-arguments";
import { Button } from "#components/ui/button";
import { Field, Input, Textarea } from "#components/ui/field";
import { Select } from "#components/ui/select";

export interface CallFormProps {
  /** JSON Schema of the arguments. */
  schema: Record<string, unknown>;
  busy: boolean;
  onCall: (values: Record<string, unknown>) => void;
}

/** A form made from a tool's JSON Schema, to call it once with. */
export function CallForm({ schema, busy, onCall }: CallFormProps) {
  const fields = argumentFields(schema);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const call = () => {
    const read = readArguments(fields, typed);
    setProblem("field" in read ? read : null);
    if ("values" in read) onCall(read.values);
  };
  return (
    <Form onSubmit={call}>
      {fields.length === 0 && <p className="text-ink-2">It takes no arguments.</p>}
      {fields.map((field) => (
        <Field
          key={field.name}
          label={<span className="figures text-sm">{field.name}</span>}
          optional={!field.required}
          description={field.description}
          error={problem?.field === field.name ? problem.message : null}
        >
          <ArgumentControl
            field={field}
            value={typed[field.name] ?? ""}
            onChange={(value) => setTyped({ ...typed, [field.name]: value })}
          />
        </Field>
      ))}
      <Button type="submit" icon={Play} className="self-start" busy={busy}>
        Call it
      </Button>
    </Form>
  );
}

interface ControlProps {
  field: ArgumentField;
  value: string;
  onChange: (value: string) => void;
}

function ArgumentControl({ field, value, onChange }: ControlProps) {
  const { type, options } = field;
  if (type === "choice" || type === "boolean") {
    const choices = type === "boolean" ? ["true", "false"] : options;
    const all = [{ value: "", label: "–" }, ...choices.map((each) => ({ value: each, label: each }))];
    return <Select value={value} options={all} onChange={onChange} />;
  }
  if (type === "json") {
    return (
      <Textarea
        rows={3}
        spellCheck={false}
        className="font-mono text-sm"
        placeholder="JSON"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <Input
      inputMode={type === "number" ? "decimal" : "text"}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
