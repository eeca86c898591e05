import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closeInterpreters, packagesFolder, withInterpreter } from "#server/tools/code-interpreter/interpreter-pool";
import { installPythonPackages } from "#server/tools/code-interpreter/python-packages";
import { makeZip } from "#tests/support/zip";

/** A wheel of pure Python whose module says `says`. */
function wheelOf(name: string, code: string): Buffer {
  const info = `${name}-1.0.dist-info`;
  return Buffer.from(
    makeZip([
      { name: `${name}/__init__.py`, content: code },
      { name: `${info}/METADATA`, content: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n` },
      { name: `${info}/WHEEL`, content: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n" },
      { name: `${info}/RECORD`, content: "" },
    ]),
  );
}

const WHEELS = {
  upper: wheelOf("upper", "import lower\ndef say(): return lower.word().upper()"),
  lower: wheelOf("lower", "def word(): return 'from a wheel'"),
  broken: wheelOf("broken", "x = 1"),
};
const fileOf = (name: string) => `${name}-1.0-py3-none-any.whl`;

let dataDir: string;
let lockFile: string;
let server: Server;
let baseUrl: string;

function lockedPackage(name: keyof typeof WHEELS, depends: string[]) {
  const sha256 = createHash("sha256").update(WHEELS[name]).digest("hex");
  const about = { version: "1.0", package_type: "package", install_dir: "site", unvendored_tests: false };
  return { name, file_name: fileOf(name), sha256, depends, imports: [name], ...about };
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "rejoinder-wheels-"));
  setConfig(
    parseConfig({ NODE_ENV: "test", LOG_LEVEL: "silent", DATA_DIR: dataDir, CODE_INTERPRETER_START_SECONDS: "170" }),
  );
  server = createServer((request, response) => {
    const name = Object.keys(WHEELS).find((known) => request.url === `/full/${fileOf(known)}`);
    if (name === "broken") response.end("not the wheel");
    else if (name === undefined) response.writeHead(404).end();
    else response.end(WHEELS[name as keyof typeof WHEELS]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/full/`;
  lockFile = join(dataDir, "lock.json");
  const missing = { ...lockedPackage("lower", []), name: "missing", file_name: "missing.whl" };
  const packages = {
    ...{ upper: lockedPackage("upper", ["lower"]), lower: lockedPackage("lower", []) },
    ...{ broken: lockedPackage("broken", []), missing },
  };
  const info = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };
  await writeFile(lockFile, JSON.stringify({ info, packages, tool: {} }));
});
afterAll(async () => {
  await closeInterpreters();
  await new Promise((resolve) => server.close(resolve));
  await rm(dataDir, { recursive: true, force: true });
});

const install = (...names: string[]) => installPythonPackages({ names, baseUrl, lockFile, folder: packagesFolder() });

it("refuses a wheel that is not what the lock file says, is not there, or is unknown, and changes nothing", async () => {
  await expect(install("broken")).rejects.toThrow(/SHA-256/);
  await expect(install("missing")).rejects.toThrow(/answers 404/);
  await expect(install("nothing")).rejects.toThrow(/no package 'nothing'/);
  expect(existsSync(packagesFolder())).toBe(false);
  expect((await readdir(dataDir)).filter((name) => name.startsWith("python-packages"))).toEqual([]);
});

it("installs a package with what it needs, and Python imports it", async () => {
  expect(await install("Upper")).toEqual(["upper", "lower"]);
  const request = { key: "wheels", memoryBytes: 512 * 2 ** 20, signal: new AbortController().signal };
  const run = (code: string) =>
    withInterpreter(request, (session) => session.run({ code, put: new Map(), remove: [] }));
  expect(await run("import upper\nupper.say()")).toMatchObject({ ok: true, output: "'FROM A WHEEL'\n" });
  expect((await run("import numpy")).output).toContain("standard library: upper, lower.");
});
