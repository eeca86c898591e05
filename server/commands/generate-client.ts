import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GENERATED = "server/db/generated";
const STAMP = join(GENERATED, "made-of");

/** Runs a command in silence; where it fails, prints what it said and ends this process with its code. */
export function run(command: string, parameters: string[], environment: Record<string, string>): void {
  const result = spawnSync(command, parameters, { encoding: "utf8", env: { ...process.env, ...environment } });
  if (result.status === 0) return;
  console.error(`${result.stdout}${result.stderr}\n${command} ${parameters.join(" ")} failed`);
  process.exit(result.status ?? 1);
}

/**
 * Makes the database client, unless it is there and made of this schema and these packages: what uses it may be running.
 */
export function generateClient(): void {
  const hash = createHash("sha256");
  for (const file of ["prisma/schema.prisma", "package-lock.json"]) hash.update(readFileSync(file));
  const sources = hash.digest("hex");
  const isThere = existsSync(join(GENERATED, "client.ts")) && existsSync(STAMP);
  if (isThere && readFileSync(STAMP, "utf8") === sources) return;
  run("prisma", ["generate", "--schema", "prisma/schema.prisma", "--no-hints"], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  });
  writeFileSync(STAMP, sources);
}

if (process.argv[1] === import.meta.filename) generateClient();
