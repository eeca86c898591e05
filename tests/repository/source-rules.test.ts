import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && existsSync(path));
const sources = tracked.filter((path) => /\.(ts|tsx|mts|cjs|mjs)$/.test(path));

// Written in two halves so that this file does not match itself.
const FORBIDDEN = [
  "biome-" + "ignore",
  "eslint-" + "disable",
  "@ts-" + "ignore",
  "@ts-" + "expect-error",
  "@ts-" + "nocheck",
  "as unknown" + " as",
];

it("suppresses no lint rule and no type error", () => {
  const found = sources.flatMap((path) => {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.flatMap((line, index) =>
      FORBIDDEN.some((text) => line.includes(text)) ? [`${path}:${index + 1}`] : [],
    );
  });
  expect(found).toEqual([]);
});

it("has no file or folder for leftovers", () => {
  expect(tracked.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\.[a-z]+|\/)/.test(path))).toEqual([]);
});

it("keeps the environment in config.ts", () => {
  const allowed = [
    "server/config.ts",
    "instrumentation.ts",
    "proxy.ts",
    "vitest.config.ts",
    "server/commands/generate-client.ts",
    // Samples for other people's programs.
    "components/snippets/request-snippets.tsx",
  ];
  const readers = sources.filter(
    (path) =>
      !(allowed.includes(path) || path.startsWith("tests/") || path.startsWith(".ci/") || path.endsWith(".test.ts")),
  );
  expect(readers.filter((path) => readFileSync(path, "utf8").includes("process" + ".env"))).toEqual([]);
});

it("keeps the top level to the agreed folders", () => {
  const folders = new Set(tracked.filter((path) => path.includes("/")).map((path) => path.split("/")[0]));
  expect([...folders].toSorted()).toEqual([".ci", "app", "components", "docs", "prisma", "public", "server", "tests"]);
});

it("keeps AGENTS.md short and its paths true", () => {
  const text = readFileSync("AGENTS.md", "utf8");
  expect(text.split("\n").length).toBeLessThanOrEqual(100);
  for (const file of ["AGENTS.md", "ARCHITECTURE.md", "README.md"]) {
    const named = [
      ...readFileSync(file, "utf8").matchAll(
        /`((?:app|server|prisma|components|tests|docs|public|\.ci)\/[\w./[\]()-]*)`/g,
      ),
    ];
    const missing = named.map((match) => String(match[1])).filter((path) => !existsSync(path));
    expect({ file, missing }).toEqual({ file, missing: [] });
  }
});
