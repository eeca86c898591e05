import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { arch, platform } from "node:process";
import { runtimeFolder } from "#server/providers/local/places";

// npm run install-local-models: puts transformers.js and the ONNX Runtime beside this server's data. No install script is
// run: the one of onnxruntime-node would fetch what graphics processors need, and everything else is in its package.

const SOURCE = join(import.meta.dirname, "..", "providers", "local", "runtime");
const NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

async function install(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) await copyFile(join(SOURCE, name), join(folder, name));
  const [code] = await once(spawn("npm", NPM, { cwd: folder, stdio: ["ignore", "inherit", "inherit"] }), "exit");
  if (code !== 0) throw new Error(`npm ${NPM[0]} failed in ${folder}: its output above says why.`);
}

/** The package brings the ONNX Runtime of every platform, 290 MB; only this one's is kept. */
async function removeOtherPlatforms(folder: string): Promise<void> {
  const binaries = join(folder, "node_modules", "onnxruntime-node", "bin", "napi-v6");
  for (const system of await readdir(binaries)) {
    for (const processor of await readdir(join(binaries, system))) {
      if (system === platform && processor === arch) continue;
      await rm(join(binaries, system, processor), { recursive: true });
    }
  }
}

async function main(): Promise<void> {
  const folder = resolve(runtimeFolder());
  await install(folder);
  await removeOtherPlatforms(folder);
  const { env }: { env: { version: string } } = createRequire(join(folder, "package.json"))(
    "@huggingface/transformers",
  );
  process.stdout.write(
    `Installed transformers.js ${env.version} into ${folder}. Running servers find it by themselves; the models they can\n` +
      "load stand in LOCAL_MODELS and are fetched at their first use.\n",
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
