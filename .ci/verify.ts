import { type Count, check, finish, total, vitest } from "./steps.ts";

/** Everything that needs no database and no browser. */
export async function verify(): Promise<Count> {
  const lint = await check("format and lint", ["biome", "check", "--error-on-warnings"]);
  const [types, imports, unused] = await Promise.all([
    check("types", ["tsc", "--noEmit", "--incremental", "false"]),
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
  ]);
  return total([lint, types, imports, unused, await vitest("unit and repository", ["unit", "repository"])]);
}

if (process.argv[1] === import.meta.filename) finish(await verify());
