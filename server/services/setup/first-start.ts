import { passthroughMode } from "#server/auth/passthrough";
import { config } from "#server/config";
import { anyOwnerExists } from "#server/db/memberships";
import { findFirstTeam, insertFirstTeam } from "#server/db/teams";
import { newId } from "#server/ids";
import { ensureFirstKey, removeFirstKey } from "#server/services/setup/first-key";
import { makeSetupLink } from "#server/services/setup/make-setup-link";

export interface FirstStart {
  /** Path and query of a fresh setup link while no owner exists, else null. */
  setupLink: string | null;
  /** The key to print while no owner exists (embedded only), else null. For stdout, never for the log. */
  firstKey: string | null;
  /** True when a model provider's own key is accepted as a bearer. */
  passthrough: boolean;
}

/**
 * What every start begins with: the default team on an empty database, and, until an owner exists, a setup link and
 * (embedded) a first API key. Safe to run in several processes of one database.
 */
export async function prepareFirstStart(): Promise<FirstStart> {
  const teamId = await ensureFirstTeam();
  const settled = await anyOwnerExists();
  const passthrough = (await passthroughMode()).on;
  if (settled) {
    removeFirstKey();
    return { setupLink: null, firstKey: null, passthrough };
  }
  return {
    setupLink: await makeSetupLink(),
    firstKey: config().embedded ? await ensureFirstKey(teamId) : null,
    passthrough,
  };
}

async function ensureFirstTeam(): Promise<string> {
  if (!(await findFirstTeam())) await insertFirstTeam({ id: newId("team"), name: "My team" });
  const team = await findFirstTeam();
  if (!team) throw new Error("The first team could not be made.");
  return team.id;
}
