import type { McpSettings } from "#components/tools/tool-types";

type Stored = McpSettings["requireApproval"];

/** When a server's calls ask first, as a form holds it. */
export interface ApprovalRule {
  /** `chosen`: all but the named tools ask. `other`: a rule that was set through the API, kept as it is. */
  mode: "always" | "changes" | "never" | "chosen" | "other";
  /** Tools that run without being asked for, under `chosen`. */
  silent: string[];
}

export const ruleModes = [
  { value: "always", label: "Before each call" },
  { value: "changes", label: "Before calls that are not marked read-only" },
  { value: "chosen", label: "Tool by tool" },
  { value: "never", label: "Never" },
] as const;

/** A stored rule as a form shows it. */
export function ruleOf(stored: Stored): ApprovalRule {
  if (typeof stored === "string") return { mode: stored, silent: [] };
  const { always, never } = stored;
  if (always == null && never != null) {
    if (never.read_only === true && never.tool_names == null) return { mode: "changes", silent: [] };
    if (never.tool_names != null && never.read_only == null) return { mode: "chosen", silent: never.tool_names };
  }
  return { mode: "other", silent: [] };
}

/** The rule to be stored; `before` is what stays of one that the form cannot show. */
export function storedRule({ mode, silent }: ApprovalRule, before: Stored): Stored {
  if (mode === "other") return before;
  if (mode === "changes") return { never: { read_only: true } };
  return mode === "chosen" ? { never: { tool_names: silent } } : mode;
}
