"use client";
import { GroupProblem } from "#components/form/group-problem";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";
import { FilterBuilder } from "./filter-builder";
import { type LabSettings, problemOfSettings, RESULT_COUNTS } from "./lab-settings";

export interface SettingsFieldsProps {
  /** What the fields together are called. */
  legend: string;
  value: LabSettings;
  onChange: (value: LabSettings) => void;
}

const weightings = [
  { value: "store" as const, label: "As the store chooses" },
  { value: "custom" as const, label: "Set weights" },
];

/** Weights, least score, number of results and filter of one side. */
export function SettingsFields({ legend, value, onChange }: SettingsFieldsProps) {
  const set = (change: Partial<LabSettings>) => onChange({ ...value, ...change });
  const problem = problemOfSettings(value);
  const decimal = (label: string, key: "vectorWeight" | "keywordWeight" | "threshold", width: string) => (
    <Field label={label} className={width}>
      <Input
        inputMode="decimal"
        placeholder={key === "threshold" ? "Store's" : undefined}
        value={value[key]}
        onChange={(event) => set({ [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 p-0 font-medium">{legend}</legend>
      <div className="flex flex-col gap-3 rounded-md border bg-surface px-4 py-3">
        <div className="flex flex-wrap items-end gap-3">
          <Field label="Ranking" className="w-44">
            <Select value={value.weighting} onChange={(weighting) => set({ weighting })} options={weightings} />
          </Field>
          {value.weighting === "custom" && (
            <>
              {decimal("Vector", "vectorWeight", "w-20")}
              {decimal("Keyword", "keywordWeight", "w-20")}
            </>
          )}
          {decimal("Least score", "threshold", "w-24")}
          <Field label="Results" className="w-20">
            <Select
              value={value.count}
              onChange={(count) => set({ count })}
              options={RESULT_COUNTS.map((count) => ({ value: count, label: count }))}
            />
          </Field>
        </div>
        <GroupProblem>{problem}</GroupProblem>
        <FilterBuilder value={value} onChange={set} />
      </div>
    </fieldset>
  );
}
