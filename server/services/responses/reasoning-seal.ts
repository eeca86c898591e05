import { decryptSecret, encryptSecret } from "#server/auth/secrets";
import type { SealReasoning } from "#server/engine/builder/builder-options";
import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";

const SEPARATOR = "~";

function boundTo(teamId: string, kind: string): string {
  return `reasoning:${kind}:${teamId}`;
}

/**
 * Seals what a vendor wants back of its reasoning, so that a client can carry it and neither read nor alter it: by
 * AES-256-GCM, bound to the team and to the kind of vendor.
 */
export function reasoningSealFor(teamId: string): SealReasoning {
  return (plain, kind) => kind + SEPARATOR + encryptSecret(plain, boundTo(teamId, kind));
}

/** What {@link reasoningSealFor} sealed for the same team; null for anything else. */
function open(sealed: string, teamId: string): string | null {
  const at = sealed.indexOf(SEPARATOR);
  try {
    return at < 0 ? null : decryptSecret(sealed.slice(at + 1), boundTo(teamId, sealed.slice(0, at)));
  } catch {
    return null;
  }
}

/**
 * The items with their reasoning as its vendor gave it. Stored reasoning that cannot be opened any more (its key is
 * gone) is shown without.
 * @throws AppError invalid_value for reasoning of the request's own that this server did not make for this team, or
 *   that was altered
 */
export function openReasoning({
  teamId,
  items,
  inputItems,
  newItems,
}: {
  teamId: string;
  /** What the model is shown. */
  items: readonly Item[];
  /** The request's own input, and what of it is not stored yet. */
  inputItems: readonly Item[];
  newItems: readonly Item[];
}): Item[] {
  return items.map((item) => {
    if (item.type !== "reasoning" || item.encrypted_content === undefined) return item;
    const { encrypted_content, ...rest } = item;
    const plain = open(encrypted_content, teamId);
    if (plain !== null) return { ...rest, encrypted_content: plain };
    if (!newItems.includes(item)) return rest;
    const message =
      `The encrypted content of the reasoning item '${item.id}' could not be verified: it was not made for this team ` +
      "by this server, or was altered. Send it back exactly as it was given out, or leave the item out.";
    const param = `input[${inputItems.indexOf(item)}].encrypted_content`;
    throw new AppError("invalid_value", message, { param, wireCode: "invalid_encrypted_content" });
  });
}
