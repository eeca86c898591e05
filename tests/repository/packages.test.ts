import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface LockedPackage {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const text = readFileSync("package-lock.json", "utf8");
const packages: Record<string, LockedPackage> = JSON.parse(text).packages;
const manifest = JSON.parse(readFileSync("package.json", "utf8"));

it("locks no download address", () => {
  expect(
    Object.entries(packages).flatMap(([name, entry]) => (entry.resolved?.startsWith("http") ? [name] : [])),
  ).toEqual([]);
  expect(text).not.toMatch(/https?:\/\/[^"]*\/-\/[^"]*\.tgz/);
});

it("locks every optional dependency, for every platform", () => {
  const missing = Object.values(packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
  expect([...new Set(missing)]).toEqual([]);
});

it("names exact versions, of packages under another name too", () => {
  const ranges = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(ranges.filter(([, version]) => !/^(npm:[\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))).toEqual([]);
});
