import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";

const LOCK = "pyodide-lock.json";

const Lock = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string(),
      file_name: z.string().regex(/^[\w.+-]+$/),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      depends: z.array(z.string()),
    }),
  ),
});
type Lock = z.infer<typeof Lock>;

export interface PackagesRequest {
  /** Of the packages, as Python spells them. What they depend on comes with them. */
  names: readonly string[];
  /** Where the wheels are, with a slash at the end. */
  baseUrl: string;
  /** The file that names all wheels of this Pyodide, and their hashes. */
  lockFile: string;
  /** Where they go; what is there is replaced when all are whole. */
  folder: string;
}

/**
 * Fetches wheels for the code interpreter and holds each to its hash. Returns the names of what is installed. Throws an
 * Error that says what is wrong; the folder then stays as it was.
 */
export async function installPythonPackages({ names, baseUrl, lockFile, folder }: PackagesRequest): Promise<string[]> {
  const lock = Lock.parse(JSON.parse(await readFile(lockFile, "utf8")));
  const chosen = withDependencies(lock, names);
  await mkdir(dirname(folder), { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  try {
    for (const { file_name, sha256 } of Object.values(chosen)) {
      const bytes = await fetchWheel(new URL(file_name, baseUrl));
      const found = createHash("sha256").update(bytes).digest("hex");
      if (found !== sha256) throw new Error(`${file_name} has the SHA-256 ${found}, and ${sha256} is expected.`);
      await writeFile(join(making, file_name), bytes);
    }
    await writeFile(join(making, LOCK), JSON.stringify({ ...lock, packages: chosen }));
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
  return Object.values(chosen).map(({ name }) => name);
}

/** Names of the packages that are installed in a folder; none where there is no such folder. */
export async function installedPackages(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, LOCK), "utf8").catch(() => null);
  return text === null ? [] : Object.values(Lock.parse(JSON.parse(text)).packages).map(({ name }) => name);
}

function withDependencies({ packages }: Lock, names: readonly string[]): Lock["packages"] {
  const chosen: Lock["packages"] = {};
  const wanted = names.map((name) => name.toLowerCase());
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const found = packages[name];
    if (!found) throw new Error(`There is no package '${name}' for this Pyodide.`);
    if (Object.hasOwn(chosen, name)) continue;
    chosen[name] = found;
    wanted.push(...found.depends);
  }
  return chosen;
}

async function fetchWheel(url: URL): Promise<Buffer> {
  const answer = await fetch(url).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`${url} cannot be reached: ${cause}`);
  });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}, where ${basename(url.pathname)} is expected.`);
  return Buffer.from(await answer.arrayBuffer());
}
