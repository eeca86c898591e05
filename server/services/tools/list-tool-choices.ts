import { requirePermission } from "#server/auth/permissions";
import { listSavedTools } from "#server/db/saved-tools";
import type { SavedToolKind } from "#server/protocol/saved-tools";
import type { ServiceContext } from "#server/services/context";

/** A saved tool as those see it who may only use it. */
export interface ToolChoice {
  id: string;
  kind: SavedToolKind;
  name: string;
  description: string | null;
  enabled: boolean;
}

/** The team's saved tools by name, for whoever runs models. */
export async function listToolChoices({ ctx }: { ctx: ServiceContext }): Promise<ToolChoice[]> {
  requirePermission(ctx.principal, "playground.read");
  const rows = await listSavedTools(ctx.principal.teamId);
  return rows.map(({ id, kind, name, description, enabled }) => ({ id, kind, name, description, enabled }));
}
