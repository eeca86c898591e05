import { fieldError } from "#components/form/form-problem";
import { isProgram, type McpSettings } from "#components/tools/tool-types";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";

/** What of an MCP server is written in a form, whether it is new or saved. */
export interface ServerDraft {
  url: string;
  description: string;
  /** With whose account it is used; null: with none. */
  accounts: "team" | "member" | null;
  /** Scopes to ask for, with spaces between them; "" for those that the server names. */
  scope: string;
}

const accountChoices = [
  { value: "none", label: "None" },
  { value: "team", label: "One of the team’s (OAuth)" },
  { value: "member", label: "Each member’s own (OAuth)" },
] as const;

/** Of which fields `ServerFields` says itself what is wrong. */
export const serverFieldPaths = ["mcp.url", "description", "mcp.oauth.scope"] as const;

/** The settings that `ServerFields` writes. */
export function serverSettingsOf({ url, accounts, scope }: ServerDraft): Pick<McpSettings, "url" | "oauth"> {
  const oauth = accounts === null ? null : { accounts, scope: scope.trim() || null };
  return { url: url.trim(), oauth: isProgram(url) ? null : oauth };
}

export interface ServerFieldsProps {
  draft: ServerDraft;
  onChange: (change: Partial<ServerDraft>) => void;
  error: unknown;
  /** How an account is connected, where one is chosen. */
  accountHint?: string | undefined;
}

/** Where a server is, what it is for, and with whose account it is used; a program is used with none. */
export function ServerFields({ draft, onChange, error, accountHint }: ServerFieldsProps) {
  const { url, description, accounts, scope } = draft;
  return (
    <>
      <Field label="Address" error={fieldError(error, "mcp.url")}>
        <Input
          className="figures text-sm"
          value={url}
          placeholder="https://mcp.example.com/mcp"
          onChange={(event) => onChange({ url: event.target.value })}
        />
      </Field>
      <Field label="Description" optional error={fieldError(error, "description")}>
        <Input value={description} onChange={(event) => onChange({ description: event.target.value })} />
      </Field>
      {!isProgram(url) && (
        <Field label="Account" description={accounts === null ? undefined : accountHint}>
          <Select
            value={accounts ?? "none"}
            options={accountChoices}
            onChange={(chosen) => onChange({ accounts: chosen === "none" ? null : chosen })}
          />
        </Field>
      )}
      {!isProgram(url) && accounts !== null && (
        <Field
          label="Scopes"
          optional
          description="What to ask for, with spaces between them, where the server does not say it itself."
          error={fieldError(error, "mcp.oauth.scope")}
        >
          <Input
            className="figures text-sm"
            value={scope}
            placeholder="read write"
            onChange={(event) => onChange({ scope: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}
