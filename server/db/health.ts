import { pool } from "#server/db/client";
import { migrationsDirectory, readMigrations } from "#server/db/migrate";

export interface Readiness {
  ready: boolean;
  /** What was asked, and whether it is usable: `database`, `migrations`, and every check that was added (`queue`). */
  checks: Record<string, boolean>;
}

type Check = () => boolean | Promise<boolean>;

const CHECK_TIMEOUT_MS = 2_000;
const holder = globalThis as typeof globalThis & { rejoinderReadiness?: Map<string, Check> };

function addedChecks(): Map<string, Check> {
  holder.rejoinderReadiness ??= new Map();
  return holder.rejoinderReadiness;
}

/** Makes readiness depend on `check` too; the returned function takes it out again. */
export function addReadinessCheck(name: string, check: Check): () => void {
  addedChecks().set(name, check);
  return () => void addedChecks().delete(name);
}

/** Whether this process can serve: asks everything anew, within two seconds, and never rejects. */
export async function readiness(): Promise<Readiness> {
  const all: [string, Check][] = [["database", isReachable], ["migrations", isMigrated], ...addedChecks()];
  const answers = await Promise.all(all.map(async ([name, check]) => [name, await ask(check)] as const));
  const checks = Object.fromEntries(answers);
  return { ready: answers.every(([, usable]) => usable) && "queue" in checks, checks };
}

async function ask(check: Check): Promise<boolean> {
  const late = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const tooLate = new Promise<boolean>((resolve) =>
    late.addEventListener("abort", () => resolve(false), { once: true }),
  );
  try {
    return await Promise.race([check(), tooLate]);
  } catch {
    return false;
  }
}

async function isReachable(): Promise<boolean> {
  await pool().query("SELECT 1");
  return true;
}

async function isMigrated(): Promise<boolean> {
  const known = await readMigrations(migrationsDirectory());
  const { rows } = await pool().query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const applied = new Set(rows.map(({ name }) => name));
  return known.length > 0 && known.every(({ name }) => applied.has(name));
}
