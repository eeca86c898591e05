import { z } from "zod";
import { ApprovalRule, HeaderName, HeaderValue, OWN_HEADERS } from "#server/protocol/mcp-tools";

/** The server label under which calls of a team's functions appear. */
export const OWN_LABEL = "rejoinder";

export const SAVED_TOOL_KINDS = ["mcp", "http"] as const;
export type SavedToolKind = (typeof SAVED_TOOL_KINDS)[number];

/** A name that is an MCP server's label, or what models know a function by. */
export const SavedToolName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "Use letters, digits, dashes and underscores, a letter first; at most 64.");

const MAX_HEADERS = 32;
const MAX_SCHEMA_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

/** What belongs to the connection, or to the protocol in it, is set by nobody. */
const SettableHeader = HeaderName.refine(
  (name) => !OWN_HEADERS.has(name.toLowerCase()),
  "The server sets this header.",
);
/** A request of one's own says what it sends and takes. */
const RequestHeader = HeaderName.refine(
  (name) => !OWN_HEADERS.has(name.toLowerCase()) || /^(accept|content-type)$/i.test(name),
  "The server sets this header.",
);

function few<V extends z.ZodType>(key: z.ZodString, value: V) {
  return z
    .record(key, value)
    .refine((fields) => Object.keys(fields).length <= MAX_HEADERS, `At most ${MAX_HEADERS} of them.`);
}

const json = (maxBytes: number) => (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value) ?? "").length <= maxBytes;

/** Text that the database takes. */
export const StorableText = z
  .string()
  .trim()
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "This is no well-formed text.");

/** Whose account a server is used with: one of the team's, or each member's own. */
const ToolAccounts = z.enum(["team", "member"]);
export type ToolAccounts = z.infer<typeof ToolAccounts>;

/** That a server is used with an account (OAuth 2.1). */
const ToolOauth = z.object({
  accounts: ToolAccounts,
  /** What to ask for where the server does not say; scopes with spaces between them. */
  scope: z
    .string()
    .trim()
    .max(1024)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, "Scopes are words with spaces between them.")
    .nullable(),
});
export type ToolOauth = z.infer<typeof ToolOauth>;

/** The program's name in the address of a server that is one of the operator's programs: `stdio:<name>`. */
export function programOf(url: string): string | null {
  return /^stdio:(.+)$/.exec(url)?.[1] ?? null;
}

/** The tool of a server that searches the web for its team: it takes the query as this argument. */
const SearchTool = z.object({ tool: z.string().min(1).max(256), argument: z.string().min(1).max(256) });

/** What of an MCP server is no secret. */
export const McpServerSettings = z.object({
  url: StorableText.min(1, "Give the server's address.").max(4096),
  headers: few(SettableHeader, HeaderValue),
  /** Names of the tools that may be used; null: all, also those that the server adds. */
  allowedTools: z.array(z.string().min(1).max(256)).max(1024).nullable(),
  requireApproval: ApprovalRule,
  /** null or absent: its requests carry no account's token. */
  oauth: ToolOauth.nullish(),
  /** null or absent: the team's `web_search` has nothing to do with it. */
  webSearch: SearchTool.nullish(),
});
export type McpServerSettings = z.infer<typeof McpServerSettings>;

export const HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** A text in which `{name}` stands for an argument. */
const Template = z.string().max(8192);

/** What of a function that is one HTTP request is no secret. */
export const HttpToolSettings = z.object({
  method: z.enum(HTTP_METHODS),
  url: StorableText.min(1, "Give the address.").max(4096),
  /** JSON Schema of the arguments, an object's. */
  parameters: z
    .record(z.string(), z.unknown())
    .refine(json(MAX_SCHEMA_BYTES), `The schema may have ${MAX_SCHEMA_BYTES} bytes.`)
    .refine(({ type }) => type === "object", 'A schema of arguments is one of an object: {"type": "object", …}.'),
  headers: few(RequestHeader, Template),
  query: few(z.string().min(1).max(256), Template),
  /** `json`: any value, `form`: an object of texts, `text`: a text; in each text arguments are put in. */
  body: z
    .discriminatedUnion("type", [
      z.object({
        type: z.literal("json"),
        template: z.json().refine(json(MAX_BODY_BYTES), `A body may have ${MAX_BODY_BYTES} bytes.`),
      }),
      z.object({ type: z.literal("form"), template: few(z.string().min(1).max(256), Template) }),
      z.object({ type: z.literal("text"), template: z.string().max(MAX_BODY_BYTES) }),
    ])
    .nullable(),
  /** JMESPath of what the model is given of a JSON answer; null: all of it. */
  result: z.string().trim().min(1).max(2048).nullable(),
  /** null: HTTP_TOOL_TIMEOUT_SECONDS. */
  timeoutSeconds: z.number().min(1).max(300).nullable(),
  requireApproval: z.enum(["always", "never"]),
});
export type HttpToolSettings = z.infer<typeof HttpToolSettings>;

/** Values that prove who asks, by where they are sent. */
export const SecretHeaders = few(RequestHeader, HeaderValue.min(1));
export const SecretQuery = few(z.string().min(1).max(256), z.string().min(1).max(8192));
