import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { migrate, migrationsDirectory } from "#server/db/migrate";
import { openBareDatabase } from "#tests/support/bare-database";

it("keeps the aliases of a database from before targets had weights: each model after the one before it", async () => {
  const database = await openBareDatabase();
  const pool = database.createPool();
  const directory = mkdtempSync(join(tmpdir(), "rejoinder-migrations-"));
  try {
    const [first = ""] = readdirSync(migrationsDirectory()).sort();
    cpSync(join(migrationsDirectory(), first), join(directory, first), { recursive: true });
    await migrate({ pool, directory });
    await pool.query("INSERT INTO team (id, name) VALUES ('team_1', 'Team')");
    await pool.query(
      "INSERT INTO model_route (id, team_id, alias, targets) VALUES ('mr_1', 'team_1', 'fast', '{openai/a,builtin/demo}'), ('mr_2', 'team_1', 'none', '{}')",
    );
    await migrate({ pool, directory: migrationsDirectory() });
    const { rows } = await pool.query<{ targets: unknown }>("SELECT targets FROM model_route ORDER BY id");
    expect(rows.map(({ targets }) => targets)).toEqual([
      [
        { model: "openai/a", priority: 1, weight: 1 },
        { model: "builtin/demo", priority: 2, weight: 1 },
      ],
      [],
    ]);
  } finally {
    await pool.end();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
