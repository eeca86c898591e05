/** Who is asking. Every service takes one; every query is scoped by its team. */
export type Principal = ApiKeyPrincipal | UserPrincipal | PassthroughPrincipal | SystemPrincipal;

export type Role = "owner" | "admin" | "developer" | "editor" | "viewer";

export type ScopeResource = "responses" | "files" | "vector_stores" | "models" | "admin";
export type Scope = `${ScopeResource}.${"read" | "write"}`;

export interface ApiKeyPrincipal {
  type: "apiKey";
  teamId: string;
  keyId: string;
  scopes: readonly Scope[];
  /** False: nothing of inputs and outputs may be kept once a run has ended. */
  logContent: boolean;
  /** Ids of the saved tools that it may use (null: all), and of those in requests that name no tools. */
  tools: { allowedIds: readonly string[] | null; defaultIds: readonly string[] };
  limits: { requestsPerMinute: number | null; tokensPerMinute: number | null; concurrentRuns: number | null };
}

/** A person in the dashboard. The role is read from the Membership row at every request. */
export interface UserPrincipal {
  type: "user";
  teamId: string;
  userId: string;
  role: Role;
  sessionId: string;
}

/** A caller with a vendor's own key (PROVIDER_KEY_PASSTHROUGH). The key is used once, never stored or logged. */
export interface PassthroughPrincipal {
  type: "passthrough";
  teamId: string;
  providerKey: string;
  /** Everything but `admin` on a fresh loopback server; else only what runs a response. */
  scopes: readonly Scope[];
}

/** The server itself: jobs and start-up. */
export interface SystemPrincipal {
  type: "system";
  teamId: string;
}
