import { requirePermission } from "#server/auth/permissions";
import { describeKind } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { VENDORS, type Vendor } from "#server/services/models/vendors";

/** One choice of the form that adds a connection. */
export interface ProviderPreset {
  /** Proposed as the connection's name. */
  name: string;
  label: string;
  kind: Vendor["kind"];
  /** Proposed; null: to be entered. */
  baseUrl: string | null;
  needsKey: boolean;
}

/** The vendors that can be added by name, and any other server that speaks chat completions. */
export async function listProviderKinds({ ctx }: { ctx: ServiceContext }): Promise<ProviderPreset[]> {
  requirePermission(ctx.principal, "providers.read");
  const known = VENDORS.map(({ name, label, kind, baseUrl, needsKey }) => ({ name, label, kind, baseUrl, needsKey }));
  const { label } = describeKind("openai-compatible");
  const other: ProviderPreset = { name: "custom", label, kind: "openai-compatible", baseUrl: null, needsKey: false };
  return [...known, other];
}
