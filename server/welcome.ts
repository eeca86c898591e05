import { config } from "#server/config";

export interface Welcome {
  port: number;
  firstStart: { setupLink: string | null; firstKey: string | null; passthrough: boolean };
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
  const lines = [`Rejoinder is ready at ${url}`];
  if (firstStart.setupLink) {
    lines.push("", "Create the owner account (this link works once, for 24 hours):", `  ${url}${firstStart.setupLink}`);
  }
  lines.push(
    "",
    "Ask the built-in demo model:",
    `  curl ${url}/v1/responses -H "Authorization: Bearer ${firstStart.firstKey ?? "$REJOINDER_API_KEY"}" \\`,
    `    -H "Content-Type: application/json" -d '{"model": "builtin/demo", "input": "Hello"}'`,
  );
  if (firstStart.passthrough) {
    lines.push(
      "",
      "A bearer token that is not a Rejoinder key is passed on as the model provider's own key",
      "(PROVIDER_KEY_PASSTHROUGH is on while only this machine can connect and no account exists).",
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}
