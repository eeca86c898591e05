"use client";
import { fieldError } from "#components/form/form-problem";
import type { ProviderDraft } from "#components/providers/provider-form";
import type { Preset } from "#components/providers/provider-types";
import { WireField } from "#components/providers/wire-field";
import { Combobox } from "#components/ui/combobox";
import { Field, Input } from "#components/ui/field";

export interface ProviderFieldsProps {
  presets: readonly Preset[];
  draft: ProviderDraft;
  onChange: (draft: ProviderDraft) => void;
  error: unknown;
}

/** Vendor, name, address and key of a connection. */
export function ProviderFields({ presets, draft, onChange, error }: ProviderFieldsProps) {
  const { preset } = draft;
  return (
    <>
      <Field label="Provider">
        <Combobox
          value={preset.name}
          searchPlaceholder="Search providers"
          options={presets.map((each) => ({ value: each.name, label: each.label }))}
          onChange={(name) => {
            const next = presets.find((each) => each.name === name);
            if (next) onChange({ ...draft, preset: next });
          }}
        />
      </Field>
      <Field
        label="Name"
        description={
          <>
            Stands before the model: <span className="figures">{draft.name || "name"}/model</span>
          </>
        }
        error={fieldError(error, "name")}
      >
        <Input
          className="figures text-sm"
          autoComplete="off"
          value={draft.name}
          onChange={(event) => onChange({ ...draft, name: event.target.value })}
        />
      </Field>
      <Field label="Base URL" error={fieldError(error, "baseUrl")}>
        <Input
          className="figures text-sm"
          placeholder="http://127.0.0.1:11434/v1"
          inputMode="url"
          value={draft.baseUrl}
          onChange={(event) => onChange({ ...draft, baseUrl: event.target.value })}
        />
      </Field>
      {preset.kind === "openai-compatible" && (
        <WireField value={draft.wire} onChange={(wire) => onChange({ ...draft, wire })} />
      )}
      <Field
        label="API key"
        optional={!preset.needsKey}
        description="Stored encrypted; only its last four characters are ever shown again."
        error={fieldError(error, "apiKey")}
      >
        <Input
          className="figures text-sm"
          type="password"
          autoComplete="off"
          value={draft.apiKey}
          onChange={(event) => onChange({ ...draft, apiKey: event.target.value })}
        />
      </Field>
    </>
  );
}
