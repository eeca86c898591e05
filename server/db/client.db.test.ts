import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction, onCommit, pool, prisma } from "#server/db/client";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe("the database client", () => {
  it("keeps the answers of many clients apart, whatever their size", async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const text = `${index}:${"x".repeat(index % 3 === 0 ? 300_000 : 3)}`;
        const sql =
          ["SELECT $1::text AS a", "SELECT $1::text AS a, 1 AS b", "SELECT $1 || '' AS a, $2::int AS c"][index % 3] ??
          "";
        const { rows } = await pool().query<{ a: string }>(sql, index % 3 === 2 ? [text, index] : [text]);
        return rows[0]?.a === text;
      }),
    );
    expect(answers.every(Boolean)).toBe(true);
  });

  it("lets connections use the same statement name for different statements", async () => {
    const [one, two] = [await pool().connect(), await pool().connect()];
    try {
      await one.query({ name: "same", text: "SELECT 'one' AS a" });
      await two.query({ name: "same", text: "SELECT 'two' AS a" });
      expect((await one.query({ name: "same", text: "SELECT 'one' AS a" })).rows).toEqual([{ a: "one" }]);
      expect((await two.query({ name: "same", text: "SELECT 'two' AS a" })).rows).toEqual([{ a: "two" }]);
    } finally {
      one.release();
      two.release();
    }
  });

  it("keeps interleaved transactions apart and rolls back those that throw", async () => {
    const { teamId } = await createTeam();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        inTransaction(async (tx) => {
          await tx.modelRoute.create({ data: { id: `mr_${index}`, teamId, alias: `a${index}`, targets: [] } });
          await tx.team.count();
          if (index % 2 === 1) throw new Error("no");
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(6);
    const kept = await prisma().modelRoute.findMany({ where: { teamId }, select: { alias: true } });
    expect(kept.map(({ alias }) => alias).sort()).toEqual(["a0", "a10", "a2", "a4", "a6", "a8"]);
  });

  it("runs what waits for the commit only after it, and never after a rollback", async () => {
    const ran: string[] = [];
    await inTransaction(async (tx) => {
      onCommit(tx, () => ran.push("committed"));
      await tx.team.count();
      expect(ran).toEqual([]);
    });
    await expect(
      inTransaction(async (tx) => {
        onCommit(tx, () => ran.push("rolled back"));
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(ran).toEqual(["committed"]);
  });

  it("speaks UTC on every connection", async () => {
    const { rows } = await pool().query("SELECT current_setting('timezone') AS zone");
    expect(rows).toEqual([{ zone: "UTC" }]);
    const at = new Date("2026-03-01T12:34:56.789Z");
    const team = await prisma().team.create({ data: { id: "team_time", name: "t", createdAt: at } });
    expect(team.createdAt).toEqual(at);
  });
});
