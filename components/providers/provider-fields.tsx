"use client";
import { fieldError } from "#components/form/form-problem";
import type { ProviderDraft } from "#components/providers/provider-form";
import type { Preset } from "#components/providers/provider-types";
import { CredentialFields, hasVendorFields, PlaceFields, type VendorDraft } from "#components/providers/vendor-fields";
import { WireField } from "#components/providers/wire-field";
import { Combobox } from "#components/ui/combobox";
import { Field, Input } from "#components/ui/field";

export interface ProviderFieldsProps {
  presets: readonly Preset[];
  draft: ProviderDraft;
  onChange: (draft: ProviderDraft) => void;
  error: unknown;
}

/** Where such a provider lives when nothing else is said. */
const ADDRESSES: Partial<Record<Preset["kind"], string>> = {
  bedrock: "https://bedrock-runtime.us-east-1.amazonaws.com",
  vertex: "https://aiplatform.googleapis.com",
};

/** Vendor, name, address and key of a connection. */
export function ProviderFields({ presets, draft, onChange, error }: ProviderFieldsProps) {
  const { preset } = draft;
  const special = hasVendorFields(preset.kind);
  const changeVendor = (vendor: VendorDraft) => onChange({ ...draft, vendor });
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
      <PlaceFields kind={preset.kind} draft={draft.vendor} onChange={changeVendor} error={error} />
      <Field
        label="Base URL"
        optional={special}
        {...(special && { description: "In the place of the provider’s own address, such as a private endpoint." })}
        error={fieldError(error, "baseUrl")}
      >
        <Input
          className="figures text-sm"
          placeholder={special ? ADDRESSES[preset.kind] : "http://127.0.0.1:11434/v1"}
          inputMode="url"
          value={draft.baseUrl}
          onChange={(event) => onChange({ ...draft, baseUrl: event.target.value })}
        />
      </Field>
      {preset.kind === "openai-compatible" && (
        <WireField value={draft.wire} onChange={(wire) => onChange({ ...draft, wire })} />
      )}
      <CredentialFields
        kind={preset.kind}
        keyField={{ optional: !preset.needsKey }}
        draft={draft.vendor}
        onChange={changeVendor}
        error={error}
      />
    </>
  );
}
