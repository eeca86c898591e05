"use client";
import { fieldError } from "#components/form/form-problem";
import { GroupProblem } from "#components/form/group-problem";
import { type DraftProblem, exampleArgument, type HttpDraft } from "#components/tools/http-draft";
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
  { value: "form", label: "Form" },
  { value: "text", label: "Text" },
] as const;

/** Of which fields `HttpFields` says itself what is wrong. */
export const httpFieldPaths = [
  "http.url",
  "http.parameters",
  "http.body",
  "http.result",
  "http.timeoutSeconds",
] as const;

/** The request that a call makes, and what the model gives and gets. */
export function HttpFields({ draft, onChange, error, problem }: HttpFieldsProps) {
  const set = (change: Partial<HttpDraft>) => onChange({ ...draft, ...change });
  const example = exampleArgument(draft) ?? "name";
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
        description={`JSON Schema of what the model gives. {${example}} in the address, the query, headers and the body stands for that argument.`}
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
        valuePlaceholder={`{${example}}`}
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
      <BodyFields
        draft={draft}
        set={set}
        example={example}
        error={problemOf("body") ?? fieldError(error, "http.body")}
      />
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
      <Field
        label="Time limit"
        optional
        description="Seconds that a call may take, at most 300."
        error={problemOf("timeout") ?? fieldError(error, "http.timeoutSeconds")}
      >
        <Input
          inputMode="decimal"
          className="figures text-sm"
          placeholder="The server’s own"
          value={draft.timeout}
          onChange={(event) => set({ timeout: event.target.value })}
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

interface BodyFieldsProps {
  draft: HttpDraft;
  set: (change: Partial<HttpDraft>) => void;
  /** An argument of the request, for what a template may look like. */
  example: string;
  error: string | null;
}

/** What the request carries: nothing, or a template in which arguments are put. */
function BodyFields({ draft, set, example, error }: BodyFieldsProps) {
  const { bodyType } = draft;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <span className="font-medium">Body</span>
        <Segmented label="Body" value={bodyType} options={bodies} onChange={(chosen) => set({ bodyType: chosen })} />
      </div>
      {bodyType === "form" && (
        <>
          <PairRows
            legend="Form fields"
            legendHidden
            namePlaceholder={example}
            valuePlaceholder={`{${example}}`}
            pairs={draft.bodyFields}
            onChange={(bodyFields) => set({ bodyFields })}
          />
          <GroupProblem>{error}</GroupProblem>
        </>
      )}
      {(bodyType === "json" || bodyType === "text") && (
        <Field label={<span className="sr-only">Body template</span>} error={error}>
          <Textarea
            rows={4}
            spellCheck={false}
            className="font-mono text-sm"
            placeholder={bodyType === "json" ? `{ "${example}": "{${example}}" }` : `{${example}}`}
            value={draft.body}
            onChange={(event) => set({ body: event.target.value })}
          />
        </Field>
      )}
    </div>
  );
}
