"use client";
import { fieldError } from "#components/form/form-problem";
import { Field, Input, Textarea } from "#components/ui/field";
import { Segmented } from "#components/ui/segmented";

/** What connections to Vertex AI and Bedrock carry beside a key. */
export interface VendorDraft {
  /** Which of its two credentials is entered: a key, or the longer one. */
  credential: "key" | "long";
  apiKey: string;
  region: string;
  location: string;
  project: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  serviceAccount: string;
}

export const EMPTY_VENDOR_DRAFT: VendorDraft = {
  credential: "key",
  ...{ apiKey: "", region: "", location: "", project: "" },
  ...{ accessKeyId: "", secretAccessKey: "", sessionToken: "", serviceAccount: "" },
};

type Long = "accessKeyId" | "secretAccessKey" | "sessionToken" | "serviceAccount";

/** The part of {@link VENDOR_FIELDS} that `PlaceFields` draws. */
export const PLACE_FIELDS = ["region", "location", "project"];

/** Fields of forms whose problems are told in their place. */
export const VENDOR_FIELDS = [
  ...[...PLACE_FIELDS, "apiKey"],
  ...["accessKeyId", "secretAccessKey", "sessionToken", "serviceAccount"],
];

/** True for kinds with settings and credentials of their own. */
export function hasVendorFields(kind: string): boolean {
  return kind === "bedrock" || kind === "vertex";
}

const LONG: Record<string, { label: string; fields: readonly Long[]; needed: readonly Long[] }> = {
  bedrock: {
    label: "Access key",
    fields: ["accessKeyId", "secretAccessKey", "sessionToken"],
    needed: ["accessKeyId", "secretAccessKey"],
  },
  vertex: { label: "Service account", fields: ["serviceAccount"], needed: ["serviceAccount"] },
};

/** The chosen credential as it is sent; fields of the other are left out. */
export function toCredential(kind: string, draft: VendorDraft): Partial<Record<"apiKey" | Long, string | null>> {
  const long = LONG[kind];
  if (!long || draft.credential === "key") return { apiKey: draft.apiKey.trim() || null };
  return Object.fromEntries(long.fields.map((field) => [field, draft[field].trim() || null]));
}

/** Region, or location and project, as they are sent. */
export function toVendorSettings(kind: string, draft: VendorDraft) {
  if (kind === "bedrock") return { region: draft.region.trim() || null };
  if (kind === "vertex") return { location: draft.location.trim() || null, project: draft.project.trim() || null };
  return {};
}

/** True when the chosen credential is entered whole. */
export function hasCredential(kind: string, draft: VendorDraft): boolean {
  const long = LONG[kind];
  return long && draft.credential === "long"
    ? long.needed.every((field) => draft[field].trim() !== "")
    : draft.apiKey.trim() !== "";
}

export interface VendorFieldsProps {
  kind: string;
  draft: VendorDraft;
  onChange: (draft: VendorDraft) => void;
  error: unknown;
}

interface TextProps extends Omit<VendorFieldsProps, "kind"> {
  name: Exclude<keyof VendorDraft, "credential">;
  label: string;
  description?: string;
  placeholder?: string;
  optional?: boolean;
  secret?: boolean;
  autoFocus?: boolean;
}

function Text({ draft, onChange, error, name, label, description, optional, secret, ...rest }: TextProps) {
  return (
    <Field
      label={label}
      {...(description && { description })}
      {...(optional && { optional })}
      error={fieldError(error, name)}
    >
      <Input
        className="figures text-sm"
        type={secret ? "password" : "text"}
        autoComplete="off"
        {...rest}
        value={draft[name]}
        onChange={(event) => onChange({ ...draft, [name]: event.target.value })}
      />
    </Field>
  );
}

/** Where the models of such a connection live: a region, or a location and a project. */
export function PlaceFields({ kind, ...rest }: VendorFieldsProps) {
  if (kind === "bedrock") {
    return (
      <Text
        {...rest}
        name="region"
        label="Region"
        placeholder="us-east-1"
        description="The AWS region that is asked."
      />
    );
  }
  if (kind !== "vertex") return null;
  return (
    <>
      <Text
        {...rest}
        optional
        name="location"
        label="Location"
        placeholder="global"
        description="global, us, eu or a region such as europe-west1."
      />
      <Text
        {...rest}
        optional
        name="project"
        label="Project"
        placeholder="my-project-123"
        description="Empty: the service account’s own or, with an API key, express mode."
      />
    </>
  );
}

export interface CredentialFieldsProps extends VendorFieldsProps {
  /** How the key is asked for where it is no new connection's. */
  keyField?: Partial<Pick<TextProps, "label" | "description" | "optional" | "autoFocus">>;
}

const NEW_KEY = {
  label: "API key",
  description: "Stored encrypted; only its last four characters are ever shown again.",
};

/** The credential: an API key or, where the kind has something in its place, the choice between the two. */
export function CredentialFields({ kind, keyField, ...rest }: CredentialFieldsProps) {
  const { draft, onChange, error } = rest;
  const long = LONG[kind];
  const key = { ...rest, ...NEW_KEY, ...keyField };
  if (!long) return <Text {...key} secret name="apiKey" />;
  return (
    <>
      <div className="flex flex-col items-start gap-1.5">
        <span className="font-medium text-base text-ink">Credential</span>
        <Segmented
          label="Credential"
          value={draft.credential}
          onChange={(credential) => onChange({ ...draft, credential })}
          options={[
            { value: "key", label: "API key" },
            { value: "long", label: long.label },
          ]}
        />
      </div>
      {/* Whoever changes the choice stays on it. */}
      {draft.credential === "key" && <Text {...key} autoFocus={false} secret name="apiKey" />}
      {draft.credential === "long" && kind === "bedrock" && (
        <>
          <Text {...rest} name="accessKeyId" label="Access key ID" placeholder="AKIA…" />
          <Text
            {...rest}
            secret
            name="secretAccessKey"
            label="Secret access key"
            description="Stored encrypted; only the ID’s last four characters are ever shown again."
          />
          <Text
            {...rest}
            secret
            optional
            name="sessionToken"
            label="Session token"
            description="Of temporary keys. They stop working when they expire."
          />
        </>
      )}
      {draft.credential === "long" && kind === "vertex" && (
        <Field
          label="JSON key"
          description="The file that Google gave you for the service account. Stored encrypted; only its address is shown again."
          error={fieldError(error, "serviceAccount")}
        >
          <Textarea
            className="figures text-sm"
            rows={5}
            spellCheck={false}
            autoComplete="off"
            placeholder={'{ "type": "service_account", … }'}
            value={draft.serviceAccount}
            onChange={(event) => onChange({ ...draft, serviceAccount: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}
