import { config } from "#server/config";
import { mapDatabaseError } from "#server/db/database-errors";
import { anyOwnerExists } from "#server/db/memberships";
import { findFirstTeam } from "#server/db/teams";
import { AppError } from "#server/errors";

export type PassthroughMode =
  | { on: false }
  /** `fresh`: nobody has an account yet and only this machine can connect, so there is nobody to protect from. */
  | { on: true; fresh: boolean; teamId: string };

interface KnownFacts {
  /** Once true, always true. */
  ownerExists: boolean;
  firstTeamId: string | null;
}

const holder = globalThis as typeof globalThis & { rejoinderPassthrough?: KnownFacts };

/**
 * Whether a vendor's own key is taken as a bearer: PROVIDER_KEY_PASSTHROUGH when set, else only while HOST is loopback
 * and no account exists. Passthrough callers act in the first team.
 * @throws AppError database_unavailable
 */
export async function passthroughMode(): Promise<PassthroughMode> {
  const setting = config().PROVIDER_KEY_PASSTHROUGH;
  if (setting === "off") return { on: false };
  if (setting === undefined && !config().loopbackOnly) return { on: false };
  try {
    const fresh = config().loopbackOnly && !(await ownerExists());
    if (setting === undefined && !fresh) return { on: false };
    return { on: true, fresh, teamId: await firstTeamId() };
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

/** Forgets what was found out (tests). */
export function forgetPassthrough(): void {
  holder.rejoinderPassthrough = undefined;
}

function facts(): KnownFacts {
  holder.rejoinderPassthrough ??= { ownerExists: false, firstTeamId: null };
  return holder.rejoinderPassthrough;
}

async function ownerExists(): Promise<boolean> {
  const known = facts();
  if (!known.ownerExists) known.ownerExists = await anyOwnerExists();
  return known.ownerExists;
}

async function firstTeamId(): Promise<string> {
  const known = facts();
  known.firstTeamId ??= (await findFirstTeam())?.id ?? null;
  if (known.firstTeamId === null) throw new AppError("invalid_api_key", "This server has no team yet.");
  return known.firstTeamId;
}
