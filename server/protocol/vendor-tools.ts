import { z } from "zod";
import { withoutUrlSecrets } from "#server/protocol/server-url";

/** Tools of OpenAI's that a model's vendor runs itself, or that only its models know. */
const VENDOR_TOOL_TYPES = [
  "web_search",
  "web_search_2025_08_26",
  "web_search_preview",
  "web_search_preview_2025_03_11",
  "code_interpreter",
  "image_generation",
  "mcp",
  "computer",
  "computer_use_preview",
  "local_shell",
  "shell",
  "apply_patch",
  "tool_search",
  "programmatic_tool_calling",
] as const;

/** `namespace`: functions and custom tools of the client's under a name, which its vendor's models alone know. */
export type VendorToolType = (typeof VENDOR_TOOL_TYPES)[number] | "namespace";

/** Such a tool, passed through. Beside its type it has all the fields that the request gave it. */
export interface VendorTool {
  type: VendorToolType;
  /** Of an MCP server. */
  server_label?: string;
  /** Of a namespace. */
  name?: string;
}

/** Names such a tool in `tool_choice`. */
export interface VendorToolRef {
  type: VendorToolType;
  server_label?: string;
  name?: string;
}

/** Such a tool as a request names it: its other fields are the vendor's to check. */
export const VendorToolInput = z
  .looseObject({ type: z.enum(VENDOR_TOOL_TYPES), server_label: z.string().nullish() })
  .meta({ id: "VendorToolInput" });

/** A namespace as a request gives it: beside what calls are told apart by, its vendor's to check. */
export const NamespaceToolInput = z
  .looseObject({
    type: z.literal("namespace"),
    name: z.string().min(1).max(64),
    tools: z
      .array(z.looseObject({ type: z.enum(["function", "custom"]), name: z.string().min(1).max(128) }))
      .min(1)
      .max(128),
  })
  .meta({ id: "NamespaceToolInput" });

export const VendorToolRefInput = z.object({
  type: z.enum([...VENDOR_TOOL_TYPES, "namespace"]),
  server_label: z.string().nullish(),
  name: z.string().nullish(),
});

const types: ReadonlySet<string> = new Set([...VENDOR_TOOL_TYPES, "namespace"]);

/** True for a tool, or a reference to one, that passes through to the vendor. */
export function isVendorTool<T extends { type: string }>(tool: T): tool is T & { type: VendorToolType } {
  return types.has(tool.type);
}

/** The tool with all the fields it came with. */
export function normalizeVendorTool(
  tool: z.infer<typeof VendorToolInput> | z.infer<typeof NamespaceToolInput>,
): VendorTool {
  if (tool.type === "namespace") return tool;
  const { server_label, ...fields } = tool;
  return { ...fields, ...(server_label == null ? {} : { server_label }) };
}

/** The reference without what it leaves out. */
export function normalizeVendorRef({ type, server_label, name }: z.infer<typeof VendorToolRefInput>): VendorToolRef {
  return { type, ...(server_label == null ? {} : { server_label }), ...(name == null ? {} : { name }) };
}

/** What tells such a tool from the others of a request: an MCP server by its label, a namespace by its name. */
export function vendorToolKey({ type, server_label, name }: VendorTool | VendorToolRef): string {
  if (type === "namespace") return `${type}:${name}`;
  return server_label === undefined ? type : `${type}:${server_label}`;
}

/** What the client answers of a tool: the functions and custom tools of a namespace, nothing of any other. */
export function toolsInNamespace(tool: VendorTool): { namespace: string; name: string; type: "function" | "custom" }[] {
  const { data } = NamespaceToolInput.safeParse(tool);
  return data?.tools.map(({ name, type }) => ({ namespace: data.name, name, type })) ?? [];
}

/** Fields of a request's tools that are secret. */
const CREDENTIAL_FIELDS = ["authorization", "headers"] as const;
const SECRETS: ReadonlySet<string> = new Set(CREDENTIAL_FIELDS);

/** The fields in which a request's tool carries credentials; its server's address is one when it holds some. */
export function credentialFieldsOf(tool: object): string[] {
  const fields: Record<string, unknown> = { ...tool };
  const { server_url: url } = fields;
  const inUrl = typeof url === "string" && withoutUrlSecrets(url) !== url;
  const isGiven = (value: unknown) => value != null && !(typeof value === "object" && Object.keys(value).length === 0);
  return [...CREDENTIAL_FIELDS, ...(inUrl ? ["server_url"] : [])].filter((field) => isGiven(fields[field]));
}

/** The tool as a response shows and keeps it: without the credentials it carries, also in its server's address. */
export function withoutCredentials(tool: VendorTool): VendorTool {
  const kept = Object.entries(tool).filter(([key]) => !SECRETS.has(key));
  return {
    ...{ type: tool.type, ...Object.fromEntries(kept) },
    ...("headers" in tool ? { headers: null } : {}),
    ...("server_url" in tool && typeof tool.server_url === "string"
      ? { server_url: withoutUrlSecrets(tool.server_url) }
      : {}),
  };
}
