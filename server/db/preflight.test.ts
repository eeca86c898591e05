import { describe, expect, it } from "vitest";
import { checkFacts } from "#server/db/preflight";

const good = { number: 170_004, version: "17.4", available: "0.8.4", installed: null };

describe("the check of a database server", () => {
  it.each([
    ["PostgreSQL 15 and pgvector 0.8.0", { ...good, number: 150_000, available: "0.8.0" }],
    ["a newer pgvector", { ...good, available: "0.10.1", installed: "0.10.1" }],
  ])("accepts %s", (_, facts) => {
    expect(() => checkFacts(facts)).not.toThrow();
  });

  it.each([
    [
      "PostgreSQL 14",
      { ...good, number: 140_012, version: "14.12" },
      /PostgreSQL 14\.12; Rejoinder needs PostgreSQL 15/,
    ],
    ["no pgvector", { ...good, available: null }, /has no pgvector.*postgresql-17-pgvector.*pgvector\/pgvector:pg17/],
    ["an old package", { ...good, available: "0.7.4" }, /offers pgvector 0\.7\.4.*postgresql-17-pgvector/],
    [
      "an old extension over a new package",
      { ...good, installed: "0.5.1" },
      /pgvector 0\.5\.1.*ALTER EXTENSION vector UPDATE/,
    ],
    [
      "an old extension over an old package",
      { ...good, available: "0.5.1", installed: "0.5.1" },
      /postgresql-17-pgvector/,
    ],
  ])("refuses %s and says what to do", (_, facts, expected) => {
    expect(() => checkFacts(facts)).toThrow(expected);
  });
});
