import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseConfig } from "#server/config";

const derived = new Set(["dataDir", "embedded", "loopbackOnly", "NODE_ENV"]);

it("documents every variable in .env.example, and no other", () => {
  const source = ["server/config.ts", "server/config-tools.ts"].map((file) => readFileSync(file, "utf8")).join();
  const read = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((match) => String(match[1]));
  const documented = [...readFileSync(".env.example", "utf8").matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((match) =>
    String(match[1]),
  );
  expect(documented.toSorted()).toEqual(read.filter((name) => !derived.has(name)).toSorted());
});

it("has a default for everything but what only the operator can know", () => {
  expect(parseConfig({})).toMatchObject({ PORT: 8080, HOST: "127.0.0.1", embedded: true, loopbackOnly: true });
});

it("names the variable, the problem and what is allowed", () => {
  expect(() => parseConfig({ PORT: "eighty" })).toThrow(/PORT: .*number/);
  expect(() => parseConfig({ DATABASE_URL: "mysql://x" })).toThrow(/DATABASE_URL/);
  expect(() => parseConfig({ LOG_LEVEL: "loud" })).toThrow(/LOG_LEVEL: .*"debug"/);
});

it("takes an empty variable as unset", () => {
  expect(parseConfig({ PORT: "", DATABASE_URL: "" })).toMatchObject({ PORT: 8080, embedded: true });
});

it("asks for the variables that another needs", () => {
  expect(() => parseConfig({ BLOB_STORE: "s3" })).toThrow("S3_BUCKET: required with BLOB_STORE=s3");
  expect(() => parseConfig({ S3_BUCKET: "b", S3_ACCESS_KEY_ID: "k" })).toThrow("S3_SECRET_ACCESS_KEY: required");
  expect(() => parseConfig({ S3_BUCKET: "b", S3_SECRET_ACCESS_KEY: "s" })).toThrow("S3_ACCESS_KEY_ID: required");
});
