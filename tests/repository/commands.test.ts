import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rejoinder-node-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm run up`'s script where `node` claims to be of another version. */
function upWithNode(version: string) {
  writeFileSync(join(folder, "node"), `#!/bin/sh\necho ${version}\n`);
  chmodSync(join(folder, "node"), 0o755);
  return spawnSync("/bin/sh", ["server/commands/up.sh"], {
    encoding: "utf8",
    env: { NODE_ENV: "production", PATH: `${folder}:/usr/bin:/bin` },
    timeout: 20_000,
  });
}

it.each(["18.20.8", "20.8.1", "9.11.2"])(
  "up: refuses Node.js %s with one sentence that says what to install",
  (version) => {
    const result = upWithNode(version);
    expect(result.status).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr.trim().split("\n")).toEqual([
      "Rejoinder needs Node.js 20.9 or newer: install Node.js 24 from https://nodejs.org and run the command again.",
    ]);
  },
);

it("every npm script names a file that exists", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  const files = Object.values<string>(scripts).flatMap(
    (script) => script.match(/(?:server|\.ci)\/[\w./-]+\.(?:sh|ts)/g) ?? [],
  );
  const commands = Object.values<string>(scripts).flatMap((script) => {
    const name = /server\/commands\/run\.sh ([a-z-]+)/.exec(script)?.[1];
    return name ? [`server/commands/${name}.ts`] : [];
  });
  for (const file of [...files, ...commands])
    expect({ file, size: readFileSync(file).length > 0 }).toEqual({ file, size: true });
});
