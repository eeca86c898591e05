import { z } from "zod";
import type { Principal } from "#server/auth/principal";
import { config } from "#server/config";
import { isUniqueViolation } from "#server/db/database-errors";
import { AppError } from "#server/errors";
import { checkOutboundUrl } from "#server/outbound/guard";
import { WIRES } from "#server/providers/provider";
import { describeKind, isProviderKind, type ProviderKind, runsInside, VENDOR_KINDS } from "#server/providers/registry";
import { VendorFields } from "#server/services/providers/vendor-credential";

/** What can be set on a connection, at its making and later. */
export const ConnectionSettings = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "Use lower-case letters, digits, dots, dashes and underscores."),
  baseUrl: z.string().trim().max(500).nullable(),
  apiKey: z.string().trim().min(1).max(2_000).nullable(),
  models: z.array(z.string().trim().min(1).max(200)).max(500),
  /** Which of OpenAI's two APIs its server is asked by; other kinds have one of their own. */
  wire: z.enum(WIRES),
  ...VendorFields.shape,
});

export const ConnectionKind = z.enum(VENDOR_KINDS);

/** @throws AppError invalid_value for a name that means something else already */
export function requireFreeName(name: string): void {
  if (!runsInside(name)) return;
  throw new AppError("invalid_value", `"${name}" is the name of a built-in provider.`, { param: "name" });
}

/**
 * The base URL in its one spelling, checked as users' URLs are; null for a kind that needs none.
 * @throws AppError missing_required_parameter, outbound_not_allowed (naming OUTBOUND_ALLOW and the value to set)
 */
export async function requireBaseUrl(
  kind: string,
  baseUrl: string | null,
  principal: Principal,
): Promise<string | null> {
  if (baseUrl === null || baseUrl === "") {
    if (!needsOf(kind).baseUrl) return null;
    throw new AppError(
      "missing_required_parameter",
      "Give the address of the server, such as https://api.example.com/v1.",
      {
        param: "baseUrl",
      },
    );
  }
  const isOwner = principal.type === "user" && principal.role === "owner";
  const url = await checkOutboundUrl(baseUrl, { allowLoopback: isOwner && config().loopbackOnly });
  return url.href.replace(/\/+$/, "");
}

/** @throws AppError missing_required_parameter when the kind cannot do without a key */
export function requireKey(kind: string, apiKey: string | null): void {
  if (apiKey !== null || !needsOf(kind).apiKey) return;
  throw new AppError("missing_required_parameter", "This provider needs a key.", { param: "apiKey" });
}

function needsOf(kind: string): { baseUrl: boolean; apiKey: boolean } {
  return isProviderKind(kind) ? describeKind(kind satisfies ProviderKind).needs : { baseUrl: false, apiKey: false };
}

/** The error of a write, with a taken name told as such. */
export function toNameError(error: unknown, name: string): unknown {
  if (!isUniqueViolation(error)) return error;
  return new AppError("invalid_value", `There is a connection named "${name}" already.`, { param: "name" });
}
