/** Bearer keys only, never cookies: any origin may call, and no answer carries credentials. */
const ALLOW_ORIGIN = "*";

const EXPOSED = [
  "x-request-id",
  "openai-processing-ms",
  "openai-version",
  "retry-after",
  "retry-after-ms",
  "x-ratelimit-limit-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
  "x-rejoinder-overhead-ms",
  "x-rejoinder-provider",
  "x-rejoinder-model",
  "x-rejoinder-attempts",
  "idempotent-replayed",
].join(", ");

// What OpenAI's and Vercel's clients send from a browser; the preflight's own list is granted beside it.
const ALLOWED_HEADERS = [
  "authorization",
  "content-type",
  "accept",
  "idempotency-key",
  "openai-beta",
  "openai-organization",
  "openai-project",
  "openresponses-version",
  "traceparent",
  "user-agent",
  "x-model-provider",
  "x-provider-api-key",
  "x-request-id",
  "x-stainless-arch",
  "x-stainless-async",
  "x-stainless-custom-poll-interval",
  "x-stainless-helper-method",
  "x-stainless-lang",
  "x-stainless-os",
  "x-stainless-package-version",
  "x-stainless-poll-helper",
  "x-stainless-retry-count",
  "x-stainless-runtime",
  "x-stainless-runtime-version",
  "x-stainless-timeout",
];

const HEADER_NAME = /^[a-z0-9-]{1,64}$/;
const MAX_ASKED = 64;

/** The CORS headers of an answer of `/v1`. What a page may read is told to pages only (`origin` given). */
export function corsHeaders(origin: string | null): Record<string, string> {
  const allow = { "access-control-allow-origin": ALLOW_ORIGIN };
  return origin === null ? allow : { ...allow, "access-control-expose-headers": EXPOSED };
}

/** Headers of the answer to a preflight that asks for the headers named in `requested` (comma-separated, or null). */
export function preflightHeaders(requested: string | null): Record<string, string> {
  const asked = (requested ?? "")
    .toLowerCase()
    .split(",", MAX_ASKED)
    .map((name) => name.trim())
    .filter((name) => HEADER_NAME.test(name));
  return {
    "access-control-allow-origin": ALLOW_ORIGIN,
    "access-control-allow-methods": "GET, POST, DELETE, HEAD, OPTIONS",
    "access-control-allow-headers": [...new Set([...ALLOWED_HEADERS, ...asked])].join(", "),
    "access-control-max-age": "7200",
    vary: "access-control-request-headers",
  };
}
