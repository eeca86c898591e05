import { config } from "#server/config";

export interface Welcome {
  port: number;
  firstStart: { setupLink: string | null; firstKey: string | null; passthrough: boolean };
}

/** How long a setup link is good for, in words. */
export function linkLifetime(): string {
  const hours = Math.round(config().SETUP_LINK_TTL_SECONDS / 3_600_000);
  return hours === 1 ? "an hour" : `${hours} hours`;
}

/** The address a person on this machine opens. */
export function localUrl(port: number): string {
  const { PUBLIC_URL, HOST } = config();
  if (PUBLIC_URL) return PUBLIC_URL.replace(/\/$/, "");
  const host = ["0.0.0.0", "::", "127.0.0.1"].includes(HOST) ? "localhost" : HOST;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Prints where the server is and how to begin: on stdout and never through the log, since it may hold the first key.
 */
export function announce({ port, firstStart }: Welcome): void {
  const url = localUrl(port);
  const lines = ["", `Rejoinder is ready at ${url}`];
  if (firstStart.setupLink) {
    const how = `this link works once, for ${linkLifetime()}`;
    lines.push("", `Create the owner account (${how}):`, `  ${url}${firstStart.setupLink}`);
  }
  // On a shared database there is no key to show before somebody owns it.
  if (firstStart.firstKey || !firstStart.setupLink) {
    lines.push(
      "",
      "Ask the built-in demo model:",
      `  curl ${url}/v1/responses -H "Authorization: Bearer ${firstStart.firstKey ?? "$REJOINDER_API_KEY"}" \\`,
      `    -H "Content-Type: application/json" -d '{"model": "builtin/demo", "input": "Hello"}'`,
    );
  }
  if (firstStart.passthrough) {
    const why = config().PROVIDER_KEY_PASSTHROUGH
      ? "PROVIDER_KEY_PASSTHROUGH=on"
      : "PROVIDER_KEY_PASSTHROUGH is on while only this machine can connect and no account exists";
    lines.push(
      "",
      "A bearer token that is not a Rejoinder key is passed on as the model provider's own key",
      `(${why}).`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n\n`);
}
