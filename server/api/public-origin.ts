import { config } from "#server/config";

/** Origin under which the caller reached this server, for URLs inside answers: PUBLIC_URL, else the request's own. */
export function publicOrigin(raw: Pick<Request, "url">): string {
  const { PUBLIC_URL } = config();
  return new URL(PUBLIC_URL ?? raw.url).origin;
}
