import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { clock } from "#server/clock";

/** The owner touches its file this often; another machine's file that nobody touches for three times as long is stale. */
const BEAT_MS = 5_000;
const FOREIGN_STALE_MS = 3 * BEAT_MS;
/** So old that no watching is needed. */
const FOREIGN_OLD_MS = 60_000;
const FOREIGN_LOOK_MS = 100;
/** Waits are real timers: at this point of a start nothing else keeps the process alive. */
const SETTLE_MS = 30;

interface LockRecord {
  pid: number;
  /** When the process began, as its system tells it; a reused pid differs here. Null where it cannot be told. */
  startedAt: string | null;
  host: string;
  token: string;
}

/** Code of the Error that {@link lockDataDir} throws when another process has the folder. */
export const DATA_DIR_IN_USE = "DATA_DIR_IN_USE";

export interface DataDirLock {
  release(): void;
}

/**
 * Takes DATA_DIR for this process: two databases on one folder lose rows silently. The file is made with `wx`; one
 * left by a process that is gone (or whose pid now belongs to another) is taken over.
 * Throws an Error with the code DATA_DIR_IN_USE that names the owner's pid when the folder is in use.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, "lock");
  const own: LockRecord = { pid: process.pid, startedAt: startOf(process.pid), host: hostname(), token: randomUUID() };
  for (;;) {
    if (create(path, own)) {
      // A process that judged an older file stale may just have moved ours away; it puts it back at once.
      await wait(SETTLE_MS);
      if (read(path)?.record?.token === own.token) return hold(path, own);
      continue;
    }
    const found = await readWhole(path);
    if (found && !(await isStale(path, found))) throw inUse(dataDir, found.record);
    if (found) removeStale(path, found.text);
  }
}

function create(path: string, record: LockRecord): boolean {
  try {
    writeFileSync(path, JSON.stringify(record), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

interface FoundLock {
  text: string;
  record: LockRecord | null;
}

function read(path: string): FoundLock | null {
  try {
    const text = readFileSync(path, "utf8");
    return { text, record: parse(text) };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Reads again while the file is being written. */
async function readWhole(path: string): Promise<FoundLock | null> {
  let found = read(path);
  for (let tries = 0; found && !found.record && tries < 5; tries++) {
    await wait(SETTLE_MS);
    found = read(path);
  }
  return found;
}

function parse(text: string): LockRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is LockRecord {
  return (
    typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number" && "token" in value
  );
}

async function isStale(path: string, found: FoundLock): Promise<boolean> {
  const { record } = found;
  if (record && record.host === hostname()) return !isAlive(record);
  // Of another machine, or half written: whoever still touches it lives, however the two clocks differ.
  const seen = touchedAt(path);
  const deadline = clock().now() + FOREIGN_STALE_MS;
  while (clock().now() < deadline) {
    if (clock().now() - seen > FOREIGN_OLD_MS) return true;
    if (touchedAt(path) !== seen) return false;
    await wait(FOREIGN_LOOK_MS);
  }
  return true;
}

function touchedAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(record: LockRecord): boolean {
  if (record.pid === process.pid) return record.startedAt === startOf(process.pid);
  try {
    process.kill(record.pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  return record.startedAt === null || record.startedAt === startOf(record.pid);
}

/** When a process began: boot and clock tick on Linux, a date elsewhere; null when there is no such process. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${ticks}`;
  } catch {
    return startByPs(pid);
  }
}

function startByPs(pid: number): string | null {
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim() || null;
  } catch {
    return null;
  }
}

/** Renaming is atomic: of several that judged the file stale, one gets it. Whoever got a newer one puts it back. */
function removeStale(path: string, staleText: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== staleText) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function hold(path: string, own: LockRecord): DataDirLock {
  let released = false;
  let stopBeat = () => {};
  const beat = () => {
    stopBeat = clock().after(BEAT_MS, () => {
      const now = clock().now() / 1000;
      if (read(path)?.record?.token === own.token) utimesSync(path, now, now);
      beat();
    });
  };
  beat();
  return {
    release: () => {
      if (released) return;
      released = true;
      stopBeat();
      if (read(path)?.record?.token === own.token) rmSync(path, { force: true });
    },
  };
}

function inUse(dataDir: string, record: LockRecord | null): Error {
  const owner = record
    ? `process ${record.pid}${record.host === hostname() ? "" : ` on ${record.host}`}`
    : "another process";
  const message = `DATA_DIR ${dataDir} is in use by ${owner}. Stop it first, or set DATA_DIR to another folder.`;
  return Object.assign(new Error(message), { code: DATA_DIR_IN_USE });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
