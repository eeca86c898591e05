import { createHash } from "node:crypto";
import { OWN_LABEL } from "#server/protocol/saved-tools";

const MAX_LENGTH = 64;

/**
 * The name under which models know a tool of an MCP server: the server's label, two underscores, the tool's name. The
 * same pair always has the same name, and no two pairs share one: what could be read as another pair, is too long or
 * is no name that every vendor takes, ends with a hash. This server's own tools go by their names alone.
 */
export function mcpModelName(serverLabel: string, toolName: string): string {
  if (serverLabel === OWN_LABEL && toolName.length <= MAX_LENGTH && /^[\w-]+$/.test(toolName)) return toolName;
  const plain = `${serverLabel}__${toolName}`;
  const isPlain =
    plain.length <= MAX_LENGTH && /^[A-Za-z][\w-]*$/.test(plain) && plain.indexOf("__") === plain.lastIndexOf("__");
  return isPlain && !/_$/.test(serverLabel) && !/^_/.test(toolName) ? plain : hashedName(serverLabel, toolName);
}

/** The same tool's name when another tool of the request has the plain one. */
export function hashedName(serverLabel: string, toolName: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([serverLabel, toolName]))
    .digest("hex")
    .slice(0, 10);
  const readable = `${serverLabel}__${toolName}`.replace(/[^\w-]/g, "_").replace(/^[^A-Za-z]/, "m");
  return `${readable.slice(0, MAX_LENGTH - hash.length - 1)}_${hash}`;
}
