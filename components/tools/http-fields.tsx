"use client";
import { fieldError } from "#components/form/form-problem";
import type { DraftProblem, HttpDraft } from "#components/tools/http-draft";
import { PairRows } from "#components/tools/secret-rows";
import { Field, Input, Textarea } from "#components/ui/field";
import { Segmented } from "#components/ui/segmented";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";

export interface HttpFieldsProps {
  draft: HttpDraft;
  onChange: (draft: HttpDraft) => void;
  error: unknown;
  problem: DraftProblem | null;
}

const methods = (["GET", "POST", "PUT", "PATCH", "DELETE"] as const).map((value) => ({ value, label: value }));
const bodies = [
  { value: "none", label: "None" },
  { value: "json", label: "JSON" },
  { value: "text", label: "Text" },
] as const;

/** Of which fields `HttpFields` says itself what is wrong. */
export const httpFieldPaths = ["http.url", "http.parameters", "http.body", "http.result"] as const;

/** The request that a call makes, and what the model gives and gets. */
export function HttpFields({ draft, onChange, error, problem }: HttpFieldsProps) {
  const set = (change: Partial<HttpDraft>) => onChange({ ...draft, ...change });
  const problemOf = (field: DraftProblem["field"]) => (problem?.field === field ? problem.message : null);
  return (
    <>
      <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-start gap-3">
        <Field label="Method">
          <Select value={draft.method} options={methods} onChange={(method) => set({ method })} />
        </Field>
        <Field label="Address" error={fieldError(error, "http.url")}>
          <Input
            className="figures text-sm"
            placeholder="https://api.example.com/weather/{city}"
            value={draft.url}
            onChange={(event) => set({ url: event.target.value })}
          />
        </Field>
      </div>
      <Field
        label="Arguments"
        description="JSON Schema of what the model gives. {city} in the address, the query, headers and the body stands for it."
        error={problemOf("parameters") ?? fieldError(error, "http.parameters")}
      >
        <Textarea
          rows={7}
          spellCheck={false}
          className="font-mono text-sm"
          value={draft.parameters}
          onChange={(event) => set({ parameters: event.target.value })}
        />
      </Field>
      <PairRows
        legend="Query"
        namePlaceholder="unit"
        valuePlaceholder="{unit}"
        pairs={draft.query}
        onChange={(query) => set({ query })}
      />
      <PairRows
        legend="Headers"
        namePlaceholder="accept-language"
        valuePlaceholder="en"
        pairs={draft.headers}
        onChange={(headers) => set({ headers })}
      />
      <div className="flex flex-col gap-2">
        <div className="flex items-center justify-between gap-3">
          <span className="font-medium">Body</span>
          <Segmented label="Body" value={draft.bodyType} options={bodies} onChange={(bodyType) => set({ bodyType })} />
        </div>
        {draft.bodyType !== "none" && (
          <Field
            label={<span className="sr-only">Body template</span>}
            error={problemOf("body") ?? fieldError(error, "http.body")}
          >
            <Textarea
              rows={4}
              spellCheck={false}
              className="font-mono text-sm"
              placeholder={draft.bodyType === "json" ? '{ "city": "{city}" }' : "{city}"}
              value={draft.body}
              onChange={(event) => set({ body: event.target.value })}
            />
          </Field>
        )}
      </div>
      <Field
        label="Result"
        optional
        description="JMESPath of the part of a JSON answer that the model reads."
        error={fieldError(error, "http.result")}
      >
        <Input
          className="figures text-sm"
          placeholder="current.{temperature: temp, sky: condition}"
          value={draft.result}
          onChange={(event) => set({ result: event.target.value })}
        />
      </Field>
      <Switch
        checked={draft.asks}
        onChange={(asks) => set({ asks })}
        label="Ask before each call"
        description="For requests that change something."
      />
    </>
  );
}
