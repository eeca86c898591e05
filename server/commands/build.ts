import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateClient, run } from "#server/commands/generate-client";

// Generates the database client and builds the pages, each only when a file it is made from has changed.

const SOURCES = ["app", "components", "server", "public", "prisma", "next.config.ts", "instrumentation.ts", "proxy.ts"];
const SINGLE_FILES = ["package-lock.json", "tsconfig.json", "postcss.config.mjs"];
const STAMP = ".next/rejoinder-build";

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => name !== "generated")
    .toSorted()
    .flatMap((name) => filesUnder(join(path, name)));
}

function sourceHash(): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of [...SOURCES, ...SINGLE_FILES].flatMap(filesUnder)) {
    if (/\.test\.tsx?$/.test(file)) continue;
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

const hash = sourceHash();
const built = existsSync(STAMP) && existsSync(".next/BUILD_ID") && readFileSync(STAMP, "utf8") === hash;
generateClient();
if (!built) {
  console.error("Building (a minute or two) ...");
  run("next", ["build"], { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  mkdirSync(".next", { recursive: true });
  writeFileSync(STAMP, hash);
}
