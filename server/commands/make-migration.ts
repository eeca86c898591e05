import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clock } from "#server/clock";
import { migrationsDirectory } from "#server/db/migrate";
import { EMPTY_MIGRATION, nextMigration } from "#server/db/schema-diff";

// npm run make-migration -- <what_changes>: writes the next migration from the changes in prisma/schema.prisma.

async function main(): Promise<void> {
  const what = process.argv[2] ?? "";
  if (!/^[a-z0-9_]+$/.test(what))
    throw new Error("Say what changes, in small letters: npm run make-migration -- add_webhooks");
  const sql = await nextMigration();
  if (sql === EMPTY_MIGRATION) throw new Error("prisma/schema.prisma says nothing that the migrations do not.");
  const stamp = new Date(clock().now()).toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const folder = join(migrationsDirectory(), `${stamp}_${what}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "migration.sql"), `${sql}\n`);
  process.stdout.write(
    `Wrote ${folder}/migration.sql. Read it, and complete it: COLLATE "C" on new ids, and what schema.prisma cannot\n` +
      "say goes word for word into prisma/raw.sql too. The drift test tells what is missing.\n",
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
