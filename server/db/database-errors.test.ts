import { describe, expect, it } from "vitest";
import { databaseErrorFacts, isUniqueViolation, mapDatabaseError } from "#server/db/database-errors";
import { AppError } from "#server/errors";

const withFields = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe("database errors", () => {
  it.each([
    ["a refused connection", withFields("connect ECONNREFUSED", { code: "ECONNREFUSED" })],
    ["a missing socket", withFields("connect ENOENT", { code: "ENOENT" })],
    ["a server shutting down", withFields("terminating connection", { code: "57P01" })],
    ["a lost connection", new Error("Connection terminated unexpectedly")],
    ["a pool that got no connection", new Error("timeout exceeded when trying to connect")],
    ["Prisma's own code", withFields("Can't reach database server", { code: "P1001" })],
    [
      "Prisma's wrapped driver error",
      withFields("x", {
        code: "P2010",
        meta: { driverAdapterError: withFields("x", { cause: { kind: "ConnectionClosed" } }) },
      }),
    ],
  ])("call %s unavailable, to be tried again", (_, error) => {
    expect(mapDatabaseError(error)).toMatchObject({ code: "database_unavailable", retryAfterMs: 1000, cause: error });
  });

  it.each([
    ["a syntax error", withFields("syntax error", { code: "42601" })],
    ["nothing known", new Error("something else")],
  ])("call %s internal", (_, error) => {
    expect(mapDatabaseError(error)).toMatchObject({ code: "internal_error" });
  });

  it.each([
    ["a NUL in a text", withFields('invalid byte sequence for encoding "UTF8": 0x00', { code: "22021" })],
    ["a NUL in a JSON value", withFields("unsupported Unicode escape sequence", { code: "22P05" })],
    ["half a surrogate pair", withFields("invalid input syntax for type json", { code: "22P02" })],
  ])("call %s a fault of the request", (_, error) => {
    expect(mapDatabaseError(error)).toMatchObject({ code: "invalid_value", cause: error });
  });

  it("leave an AppError alone", () => {
    const error = new AppError("not_found", "No such file.");
    expect(mapDatabaseError(error)).toBe(error);
  });

  it("tell a unique violation and its constraint, from pg and through Prisma", () => {
    const direct = withFields("duplicate key", { code: "23505", constraint: "api_key_hash_key" });
    const wrapped = withFields("Unique constraint failed", {
      code: "P2002",
      meta: {
        driverAdapterError: withFields("x", {
          cause: { originalCode: "23505", constraint: { index: "api_key_hash_key" } },
        }),
      },
    });
    for (const error of [direct, wrapped]) {
      expect(isUniqueViolation(error)).toBe(true);
      expect(databaseErrorFacts(error).constraint).toBe("api_key_hash_key");
    }
    expect(isUniqueViolation(withFields("foreign key", { code: "23503" }))).toBe(false);
  });
});
