"use client";
import { fieldError } from "#components/form/form-problem";
import { GroupProblem } from "#components/form/group-problem";
import { toggled } from "#components/form/toggled";
import { useMay } from "#components/shell/shell-context";
import { Checkbox } from "#components/ui/checkbox";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";
import { Switch } from "#components/ui/switch";
import { type KeyDraft, type Scope, scopeResources } from "./key-settings";
import { KeyTools } from "./key-tools";

export interface KeyFieldsProps {
  draft: KeyDraft;
  onChange: (draft: KeyDraft) => void;
  error: unknown;
  /** True for a key that exists: its expiry may stay. */
  existing?: boolean;
}

/** The settings whose faults are told where they are set. */
export const keyFields = [
  ...["name", "scopes", "expiresAt", "requestsPerMinute", "tokensPerMinute", "concurrentRuns"],
  ...["allowedToolIds", "defaultToolIds"],
];

const expiries = [
  { value: "never", label: "Never" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
];

/** Everything that can be set on a key. */
export function KeyFields({ draft, onChange, error, existing }: KeyFieldsProps) {
  const set = (change: Partial<KeyDraft>) => onChange({ ...draft, ...change });
  const options = existing ? [{ value: "keep", label: "As it is" }, ...expiries] : expiries;
  return (
    <>
      <Field label="Name" description="Where it is used: an app, a person, a job." error={fieldError(error, "name")}>
        <Input
          autoFocus
          value={draft.name}
          placeholder="Billing service"
          onChange={(event) => set({ name: event.target.value })}
        />
      </Field>
      <ScopePicker value={draft.scopes} onChange={(scopes) => set({ scopes })} problem={fieldError(error, "scopes")} />
      <Field label="Expires" error={fieldError(error, "expiresAt")}>
        <Select value={draft.expiry} onChange={(expiry) => set({ expiry })} options={options} className="max-w-56" />
      </Field>
      <fieldset>
        <legend className="mb-1.5 font-medium">
          Limits <span className="font-normal text-ink-3 text-sm">empty: none</span>
        </legend>
        <div className="grid gap-3 sm:grid-cols-3">
          <LimitField label="Requests a minute" name="requestsPerMinute" {...{ draft, set, error }} />
          <LimitField label="Tokens a minute" name="tokensPerMinute" {...{ draft, set, error }} />
          <LimitField label="Runs at a time" name="concurrentRuns" {...{ draft, set, error }} />
        </div>
      </fieldset>
      <KeyTools
        value={draft}
        onChange={set}
        problem={fieldError(error, "allowedToolIds") ?? fieldError(error, "defaultToolIds")}
      />
      <Switch
        checked={draft.logContent}
        onChange={(logContent) => set({ logContent })}
        label="Keep content in traces"
        description="Off: messages, tool arguments and passages are kept nowhere once a run has ended. Figures stay."
      />
    </>
  );
}

type LimitName = "requestsPerMinute" | "tokensPerMinute" | "concurrentRuns";

function LimitField(props: {
  label: string;
  name: LimitName;
  draft: KeyDraft;
  set: (change: Partial<KeyDraft>) => void;
  error: unknown;
}) {
  const { label, name, draft, set, error } = props;
  return (
    <Field label={<span className="font-normal text-ink-2 text-sm">{label}</span>} error={fieldError(error, name)}>
      <Input
        inputMode="numeric"
        placeholder="No limit"
        className="figures text-sm"
        value={draft[name]}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </Field>
  );
}

function ScopePicker(props: { value: Scope[]; onChange: (scopes: Scope[]) => void; problem: string | null }) {
  const mayGrantAdmin = useMay("apiKeys.manage");
  const toggle = (scope: Scope, on: boolean) => props.onChange(toggled(props.value, scope, on));
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">Scopes</legend>
      <div className="rounded-md border">
        {scopeResources.map(({ name, label, hint }) => (
          <div key={name} className="flex items-center gap-4 border-b px-3 py-1.5 last:border-b-0">
            <span className="min-w-0 flex-1">
              {label} <span className="text-ink-3 text-sm max-sm:hidden">{hint}</span>
            </span>
            {(["read", "write"] as const).map((verb) => (
              <Checkbox
                key={verb}
                checked={props.value.includes(`${name}.${verb}`)}
                disabled={name === "admin" && !mayGrantAdmin}
                onChange={(on) => toggle(`${name}.${verb}`, on)}
              >
                <span className="text-sm">
                  <span className="sr-only">{label}: </span>
                  {verb}
                </span>
              </Checkbox>
            ))}
          </div>
        ))}
      </div>
      <GroupProblem className="mt-1.5">{props.problem}</GroupProblem>
    </fieldset>
  );
}
