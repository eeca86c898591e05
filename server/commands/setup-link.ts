import { connect } from "node:net";
import { join } from "node:path";
import { loadSecrets } from "#server/auth/secrets";
import { config, setConfig } from "#server/config";
import { closeDatabase, openDatabase } from "#server/db/client";
import { socketDirectory } from "#server/db/embedded";
import { anyOwnerExists } from "#server/db/memberships";
import { makeSetupLink } from "#server/services/setup/make-setup-link";
import { linkLifetime, localUrl } from "#server/welcome";

// Prints a new one-time link: for the first owner's account, or, once there is an owner, to set an owner's password.

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Embedded, a running server holds the database: then we go through its socket. Otherwise we open it ourselves. */
async function open(): Promise<void> {
  const settings = config();
  loadSecrets();
  const folder = socketDirectory(settings.dataDir);
  if (settings.embedded && (await accepts(join(folder, ".s.PGSQL.5432")))) {
    const DATABASE_URL = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
    setConfig({ ...settings, embedded: false, DATABASE_URL, DATABASE_POOL_SIZE: 1 });
  }
  await openDatabase();
}

async function main(): Promise<void> {
  await open();
  const purpose = (await anyOwnerExists())
    ? `Set an owner's password anew with this link. It works once, for ${linkLifetime()}, and ends that owner's sessions:`
    : `Create the owner account with this link. It works once, for ${linkLifetime()}:`;
  const link = await makeSetupLink();
  await closeDatabase();
  process.stdout.write(`${purpose}\n  ${localUrl(config().PORT)}${link}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
