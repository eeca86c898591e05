import { config } from "#server/config";

/**
 * Tells next-auth how browsers reach this server; it looks nowhere but the environment. PUBLIC_URL when set, else the
 * host that each request names.
 */
export function exposeOriginToNextAuth(): void {
  const { PUBLIC_URL } = config();
  if (PUBLIC_URL) {
    process.env.NEXTAUTH_URL = new URL(PUBLIC_URL).origin;
  } else {
    delete process.env.NEXTAUTH_URL;
    process.env.AUTH_TRUST_HOST = "true";
  }
}
