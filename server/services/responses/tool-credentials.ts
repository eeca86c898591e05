import { decryptSecret, encryptSecret } from "#server/auth/secrets";
import type { CreateResponseRequest } from "#server/protocol/request";
import { withoutUrlSecrets } from "#server/protocol/server-url";
import { credentialFieldsOf } from "#server/protocol/vendor-tools";

const SEALED = "sealed_credentials";

type Fields = Record<string, unknown>;

/** The holder with each of its tools changed; the same one when it has none. */
function withOwnTools(holder: unknown, change: (tool: Fields) => Fields): unknown {
  if (typeof holder !== "object" || holder === null || !("tools" in holder) || !Array.isArray(holder.tools)) {
    return holder;
  }
  const tools = holder.tools.map((tool: unknown) =>
    typeof tool === "object" && tool !== null ? change({ ...tool }) : tool,
  );
  return { ...holder, tools };
}

/** The body with each of its tools changed, and with those that items of its input bring. */
function withTools(body: unknown, change: (tool: Fields) => Fields): unknown {
  const changed = withOwnTools(body, change);
  if (typeof changed !== "object" || changed === null || !("input" in changed) || !Array.isArray(changed.input)) {
    return changed;
  }
  return { ...changed, input: changed.input.map((item: unknown) => withOwnTools(item, change)) };
}

function credentialsIn(tool: Fields): Fields {
  return Object.fromEntries(credentialFieldsOf(tool).map((field) => [field, tool[field]]));
}

/**
 * Which of a request's tools carry credentials of their own, by their server's label, also of those that items of its
 * input bring: nothing of those is kept once the request has run.
 */
export function credentialLabelsOf({
  tools,
  additionalTools,
}: Pick<CreateResponseRequest, "tools" | "additionalTools">): string[] {
  return [...tools, ...[...additionalTools.values()].flat()].flatMap((tool: object) => {
    if (credentialFieldsOf(tool).length === 0) return [];
    return "server_label" in tool ? [String(tool.server_label)] : "type" in tool ? [String(tool.type)] : [];
  });
}

/** The request's body without the credentials that its tools carry: for the trace. */
export function withoutToolCredentials(body: unknown): unknown {
  return withTools(body, (tool) => {
    const hidden = Object.entries(credentialsIn(tool)).map(([field, value]) => {
      return [field, field === "server_url" ? withoutUrlSecrets(String(value)) : "[redacted]"];
    });
    return { ...tool, ...Object.fromEntries(hidden) };
  });
}

/** The request's body with the credentials that its tools carry encrypted, bound to a response: to be stored. */
export function sealToolCredentials(body: unknown, responseId: string): unknown {
  return withTools(body, (tool) => {
    const credentials = credentialsIn(tool);
    if (Object.keys(credentials).length === 0) return tool;
    const rest = Object.fromEntries(Object.entries(tool).filter(([field]) => !(field in credentials)));
    return { ...rest, [SEALED]: encryptSecret(JSON.stringify(credentials), responseId) };
  });
}

/**
 * The body that {@link sealToolCredentials} was given.
 * Throws an Error when the credentials cannot be decrypted; it shows no content.
 */
export function openToolCredentials(body: unknown, responseId: string): unknown {
  return withTools(body, (tool) => {
    const { [SEALED]: sealed, ...rest } = tool;
    if (typeof sealed !== "string") return tool;
    const credentials: Fields = JSON.parse(decryptSecret(sealed, responseId));
    return { ...rest, ...credentials };
  });
}
