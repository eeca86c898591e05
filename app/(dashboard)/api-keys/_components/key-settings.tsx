import type { Inputs, Outputs } from "#components/trpc/client";

export type ApiKey = Outputs["apiKeys"]["list"]["rows"][number];
export type Scope = NonNullable<Inputs["apiKeys"]["create"]["scopes"]>[number];

/** A key's settings as a form holds them: limits and days as typed. */
export interface KeyDraft {
  name: string;
  scopes: Scope[];
  logContent: boolean;
  requestsPerMinute: string;
  tokensPerMinute: string;
  concurrentRuns: string;
  /** Saved tools that it may use; null: all. */
  allowedToolIds: string[] | null;
  defaultToolIds: string[];
  /** Days until it ends, `never`, or `keep` for what it has. */
  expiry: string;
}

export const scopeResources = [
  { name: "responses", label: "Responses", hint: "Run models, read stored responses" },
  { name: "files", label: "Files", hint: "Upload, read and delete files" },
  { name: "vector_stores", label: "Vector stores", hint: "Create, search and fill stores" },
  { name: "models", label: "Models", hint: "List models" },
  { name: "admin", label: "Administration", hint: "Reserved for automation of this server" },
] as const;

export const newKeyDraft: KeyDraft = {
  name: "",
  scopes: scopeResources
    .filter((resource) => resource.name !== "admin")
    .flatMap(({ name }): Scope[] => [`${name}.read`, `${name}.write`]),
  logContent: true,
  requestsPerMinute: "",
  tokensPerMinute: "",
  concurrentRuns: "",
  allowedToolIds: null,
  defaultToolIds: [],
  expiry: "never",
};

/** The settings of a key as a form starts with them. */
export function draftOf(key: ApiKey): KeyDraft {
  const text = (limit: number | null) => (limit === null ? "" : String(limit));
  const known = scopeResources.flatMap(({ name }): Scope[] => [`${name}.read`, `${name}.write`]);
  return {
    name: key.name,
    scopes: known.filter((scope) => key.scopes.includes(scope)),
    logContent: key.logContent,
    requestsPerMinute: text(key.requestsPerMinute),
    tokensPerMinute: text(key.tokensPerMinute),
    concurrentRuns: text(key.concurrentRuns),
    allowedToolIds: key.allowedToolIds,
    defaultToolIds: key.defaultToolIds,
    expiry: "keep",
  };
}

const dayMs = 86_400_000;

function toLimit(text: string): number | null {
  const digits = text.replaceAll(/[\s,_]/g, "");
  return digits === "" ? null : Number(digits);
}

/** What the server is asked to set. `expiry: "keep"` leaves the moment as it is. */
export function settingsOf(draft: KeyDraft, now: number) {
  const expiresAt = draft.expiry === "never" ? null : new Date(now + Number(draft.expiry) * dayMs);
  return {
    name: draft.name,
    scopes: draft.scopes,
    logContent: draft.logContent,
    requestsPerMinute: toLimit(draft.requestsPerMinute),
    tokensPerMinute: toLimit(draft.tokensPerMinute),
    concurrentRuns: toLimit(draft.concurrentRuns),
    allowedToolIds: draft.allowedToolIds,
    defaultToolIds: draft.defaultToolIds,
    ...(draft.expiry === "keep" ? {} : { expiresAt }),
  };
}

/** A key's scopes in few words: `All but administration`, `Responses, Files (read)`. */
export function describeScopes(scopes: readonly string[]): string {
  const parts = scopeResources.flatMap(({ name, label }) => {
    const read = scopes.includes(`${name}.read`);
    const write = scopes.includes(`${name}.write`);
    if (read && write) return [label];
    return read ? [`${label} (read)`] : write ? [`${label} (write)`] : [];
  });
  if (scopes.length === scopeResources.length * 2) return "Everything";
  if (newKeyDraft.scopes.length === scopes.length && newKeyDraft.scopes.every((scope) => scopes.includes(scope))) {
    return "All of /v1";
  }
  return parts.join(", ") || "None";
}
