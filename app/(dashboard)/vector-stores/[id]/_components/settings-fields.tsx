"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { fieldError } from "#components/form/form-problem";
import { GroupProblem } from "#components/form/group-problem";
import { useTRPC } from "#components/trpc/client";
import { Combobox } from "#components/ui/combobox";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";
import { MetadataRows } from "./metadata-rows";
import type { SettingsDraft, SettingsProblems } from "./settings-draft";

export interface SettingsFieldsProps {
  draft: SettingsDraft;
  onChange: (part: Partial<SettingsDraft>) => void;
  problems: SettingsProblems;
  /** Of the last try to save. */
  error: unknown;
  disabled: boolean;
}

const cuttings = [
  { value: "auto" as const, label: "Automatic", hint: "Passages of about 400 tokens, cut at headings and sentences" },
  { value: "static" as const, label: "Set sizes", hint: "As OpenAI’s static strategy" },
];
const weightings = [
  { value: "model" as const, label: "As fits the embedding model" },
  { value: "custom" as const, label: "Set weights" },
];
/** No model can be called so: names have no spaces. */
const none = "no model";

/** What the server says about these stands beside them. */
export const settingsFields = [
  "change.name",
  "change.expires_after",
  "change.metadata",
  "change.chunking_strategy",
  "search_settings.hybrid_search",
  "search_settings.ranker",
  "search_settings.rewrite_model",
];

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="mb-3 w-full border-b p-0 pb-1.5 font-medium text-md">{title}</legend>
      {children}
    </fieldset>
  );
}

interface NumberInputProps extends Pick<SettingsFieldsProps, "draft" | "onChange" | "disabled"> {
  name: "days" | "chunkTokens" | "overlapTokens" | "vectorWeight" | "keywordWeight" | "threshold";
  whole?: boolean;
  className?: string;
}

function NumberInput({ name, whole, className, draft, onChange, disabled }: NumberInputProps) {
  return (
    <Input
      disabled={disabled}
      inputMode={whole ? "numeric" : "decimal"}
      className={className}
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
    />
  );
}

/** Name, expiry and metadata. */
export function GeneralFields({ draft, onChange, problems, error, disabled }: SettingsFieldsProps) {
  return (
    <Group title="General">
      <Field label="Name" error={fieldError(error, "change.name")}>
        <Input disabled={disabled} value={draft.name} onChange={(event) => onChange({ name: event.target.value })} />
      </Field>
      <Field
        label="Expires after days without use"
        optional
        description="Empty: never. Each search or new file starts the count again."
        error={problems.days ?? fieldError(error, "change.expires_after")}
      >
        <NumberInput name="days" whole className="max-w-40" {...{ draft, onChange, disabled }} />
      </Field>
      <div className="flex flex-col gap-1.5">
        <span className="font-medium">Metadata</span>
        <MetadataRows rows={draft.metadata} onChange={(metadata) => onChange({ metadata })} disabled={disabled} />
        <GroupProblem>{problems.metadata ?? fieldError(error, "change.metadata")}</GroupProblem>
      </div>
    </Group>
  );
}

/** How files are cut that come from now on. */
export function CuttingFields({ draft, onChange, problems, error, disabled }: SettingsFieldsProps) {
  const tokens = (label: string, name: "chunkTokens" | "overlapTokens") => (
    <Field label={label} error={problems[name] ?? null} className="w-44">
      <NumberInput whole {...{ name, draft, onChange, disabled }} />
    </Field>
  );
  return (
    <Group title="Cutting">
      <Field
        label="How files are cut"
        description="Of files that are added from now on, where a request does not say. Those that are here stay as they are until they are indexed again."
        error={fieldError(error, "change.chunking_strategy")}
      >
        <Select
          className="max-w-80"
          disabled={disabled}
          value={draft.cutting}
          onChange={(cutting) => onChange({ cutting })}
          options={cuttings}
        />
      </Field>
      {draft.cutting === "static" && (
        <div className="flex flex-wrap gap-4">
          {tokens("Tokens of a passage", "chunkTokens")}
          {tokens("Tokens of overlap", "overlapTokens")}
        </div>
      )}
    </Group>
  );
}

/** How the store is searched where a search does not say. */
export function SearchFields({ draft, onChange, problems, error, disabled }: SettingsFieldsProps) {
  const weight = (label: string, name: "vectorWeight" | "keywordWeight") => (
    <Field label={label} className="w-28">
      <NumberInput {...{ name, draft, onChange, disabled }} />
    </Field>
  );
  return (
    <Group title="Search">
      <Field label="Weights" description="How much meaning and words count. The retrieval lab compares two settings.">
        <Select
          className="max-w-80"
          disabled={disabled}
          value={draft.weighting}
          onChange={(weighting) => onChange({ weighting })}
          options={weightings}
        />
      </Field>
      {draft.weighting === "custom" && (
        <div className="flex flex-wrap gap-4">
          {weight("Vector", "vectorWeight")}
          {weight("Keyword", "keywordWeight")}
        </div>
      )}
      <GroupProblem>{problems.weights ?? fieldError(error, "search_settings.hybrid_search")}</GroupProblem>
      <Field
        label="Least score"
        optional
        description="Passages that score less are left out: 0 to 1. Empty: none is."
        error={problems.threshold ?? null}
      >
        <NumberInput name="threshold" className="max-w-40" {...{ draft, onChange, disabled }} />
      </Field>
      <SearchModelField
        label="Ranker"
        description="Puts what was found in a new order: a model of a server with /rerank, or a language model."
        empty="None"
        error={fieldError(error, "search_settings.ranker")}
        value={draft.ranker}
        onChange={(ranker) => onChange({ ranker })}
        disabled={disabled}
      />
      <SearchModelField
        label="Model that rewrites questions"
        description="Makes up to four queries of a question, where a search asks for that."
        empty="The team’s default"
        error={fieldError(error, "search_settings.rewrite_model")}
        value={draft.rewriteModel}
        onChange={(rewriteModel) => onChange({ rewriteModel })}
        disabled={disabled}
      />
    </Group>
  );
}

interface SearchModelFieldProps {
  label: string;
  description: string;
  /** What no model is called. */
  empty: string;
  error: string | null;
  value: string | null;
  onChange: (model: string | null) => void;
  disabled: boolean;
}

function SearchModelField({ label, description, empty, error, value, onChange, disabled }: SearchModelFieldProps) {
  const trpc = useTRPC();
  const picker = useQuery(trpc.models.list.queryOptions(undefined, { enabled: !disabled }));
  if (disabled) {
    return (
      <Field label={label}>
        <Input disabled value={value ?? empty} />
      </Field>
    );
  }
  const known = picker.data?.models.filter((model) => model.kind !== "embedding") ?? [];
  const options = [{ value: none, label: empty }, ...known.map(({ id }) => ({ value: id, label: id }))];
  return (
    <Field label={label} description={description} error={error}>
      <Combobox
        mono={value !== null}
        className="max-w-96"
        searchPlaceholder="Search models"
        value={value ?? none}
        options={options}
        onChange={(chosen) => onChange(chosen === none ? null : chosen)}
      />
    </Field>
  );
}
