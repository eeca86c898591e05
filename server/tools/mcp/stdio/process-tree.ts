import { readdir, readFile } from "node:fs/promises";
import { residentBytes } from "#server/tools/resident-bytes";

interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  session: number;
}

/** The numbers after the name in /proc/<pid>/stat, which may hold anything between its brackets. */
async function readRow(pid: number): Promise<ProcessRow | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  const [, parent, group, session] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  return parent === undefined || group === undefined || session === undefined ? null : { pid, parent, group, session };
}

/**
 * Ids of the processes that belong to each root: those of its group or session, and their descendants in others.
 * Nothing where the system has no /proc.
 */
export async function processesOf(roots: readonly number[]): Promise<Map<number, number[]>> {
  const names = await readdir("/proc").catch(() => []);
  const rows = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => readRow(Number(name))));
  const all = rows.flatMap((row) => row ?? []);
  return new Map(roots.map((root) => [root, treeOf(root, all)]));
}

function treeOf(root: number, all: readonly ProcessRow[]): number[] {
  const found = new Set([root]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent, group, session } of all) {
      if (found.has(parent) || group === root || session === root) found.add(pid);
    }
  }
  return [...found];
}

/** Bytes of memory that the processes hold together; what they share counts for each. */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(pids.map(residentBytes));
  return sizes.reduce((sum: number, bytes) => sum + (bytes ?? 0), 0);
}

/**
 * Kills a group and whatever its members started that left it. Somebody of the group must be alive or not yet waited
 * for: else its number may be another's by now.
 */
export async function killTree(root: number): Promise<void> {
  // Looked up first: who has lost its parent is not found any more.
  const members = (await processesOf([root])).get(root) ?? [];
  kill(-root);
  for (const pid of members) kill(pid);
}

function kill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch {
    // It is gone.
  }
}
