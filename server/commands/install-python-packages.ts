import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packagesFolder } from "#server/tools/code-interpreter/interpreter-pool";
import { pyodideFolder } from "#server/tools/code-interpreter/launch";
import { installPythonPackages } from "#server/tools/code-interpreter/python-packages";

// npm run install-python-packages [-- --from <url> names ...]: fetches wheels for the code interpreter into DATA_DIR, each
// held to the hash that Pyodide's own lock file has of it.

const DEFAULT_PACKAGES = ["numpy", "pandas", "matplotlib"];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { from: { type: "string" } }, allowPositionals: true });
  const home = pyodideFolder();
  const { version }: { version: string } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
  const from = values.from ?? `https://cdn.jsdelivr.net/pyodide/v${version}/full/`;
  const folder = packagesFolder();
  const installed = await installPythonPackages({
    names: positionals.length > 0 ? positionals : DEFAULT_PACKAGES,
    baseUrl: from.endsWith("/") ? from : `${from}/`,
    lockFile: join(home, "pyodide-lock.json"),
    folder,
  });
  process.stdout.write(
    `Installed ${installed.toSorted().join(", ")} into ${folder}. Running servers use them with the next Python they start.\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
