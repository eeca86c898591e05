import { type Count, check, finish, total, vitest } from "./steps.ts";

// TypeScript's native compiler takes a third of the time; by its path, as two packages give a `tsc`.
const TYPES = "node_modules/typescript-native/bin/tsc";
// What was checked before and has not changed is not checked again.
const TYPE_CACHE = "node_modules/.cache/verify.tsbuildinfo";

/** Everything that needs no database and no browser. */
export async function verify(): Promise<Count> {
  const counts = await Promise.all([
    check("format and lint", ["biome", "check", "--error-on-warnings"]),
    check("types", [TYPES, "--noEmit", "--incremental", "--tsBuildInfoFile", TYPE_CACHE]),
    check("import table", [
      "depcruise",
      "--config",
      ".dependency-cruiser.cjs",
      "server",
      "app",
      "components",
      "instrumentation.ts",
    ]),
    check("unused code", ["knip"]),
    vitest("unit and repository", ["unit", "repository"]),
  ]);
  return total(counts);
}

if (process.argv[1] === import.meta.filename) finish(await verify());
