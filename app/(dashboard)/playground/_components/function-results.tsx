"use client";
import { useState } from "react";
import { Form } from "#components/form/form";
import { Button } from "#components/ui/button";
import { Field, Textarea } from "#components/ui/field";
import type { FunctionCallItem } from "#server/protocol/items";

export interface FunctionResultsProps {
  calls: readonly FunctionCallItem[];
  onSend: (items: unknown[]) => void;
}

/** Takes the results of functions that the model called, and goes on with them. */
export function FunctionResults({ calls, onSend }: FunctionResultsProps) {
  const [results, setResults] = useState<Record<string, string>>({});
  const submit = () =>
    onSend(
      calls.map((call) => ({
        type: "function_call_output",
        call_id: call.call_id,
        output: results[call.call_id] ?? "",
      })),
    );
  return (
    <Form onSubmit={submit} className="rounded-lg border border-edge bg-surface p-3">
      {calls.map((call) => (
        <Field
          key={call.call_id}
          label={
            <>
              Result of <span className="figures text-sm">{call.name}</span>
            </>
          }
        >
          <Textarea
            rows={2}
            className="font-mono text-sm"
            placeholder='{"temperature": 7}'
            value={results[call.call_id] ?? ""}
            onChange={(event) => setResults({ ...results, [call.call_id]: event.target.value })}
          />
        </Field>
      ))}
      <Button type="submit" variant="primary" className="self-end">
        Send {calls.length === 1 ? "result" : `${calls.length} results`}
      </Button>
    </Form>
  );
}
