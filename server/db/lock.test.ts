import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataDir } from "#server/db/lock";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rejoinder-lock-"));
  path = join(directory, "lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

function leave(record: Record<string, unknown>): void {
  writeFileSync(path, JSON.stringify({ host: hostname(), startedAt: null, token: "left", ...record }));
}

const pidInFile = () => JSON.parse(readFileSync(path, "utf8")).pid;

describe("the lock of DATA_DIR", () => {
  it("refuses a second owner and names the first one's pid and the folder", async () => {
    const lock = await lockDataDir(directory);
    await expect(lockDataDir(directory)).rejects.toThrow(`DATA_DIR ${directory} is in use by process ${process.pid}.`);
    lock.release();
    const next = await lockDataDir(directory);
    next.release();
  });

  it("takes over from a process that is gone", async () => {
    leave({ pid: await deadPid() });
    const lock = await lockDataDir(directory);
    expect(pidInFile()).toBe(process.pid);
    lock.release();
  });

  it("takes over when the pid belongs to another process by now", async () => {
    leave({ pid: process.ppid, startedAt: "another boot:1" });
    const lock = await lockDataDir(directory);
    expect(pidInFile()).toBe(process.pid);
    lock.release();
  });

  it("takes over when the pid is our own but the owner was another, as in a container started again", async () => {
    leave({ pid: process.pid, startedAt: "another boot:1" });
    const lock = await lockDataDir(directory);
    expect(JSON.parse(readFileSync(path, "utf8")).token).not.toBe("left");
    lock.release();
  });

  it("takes over from another machine only when its file was not touched for a while", async () => {
    leave({ pid: 1, host: "elsewhere" });
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(path, longAgo, longAgo);
    const lock = await lockDataDir(directory);
    expect(pidInFile()).toBe(process.pid);
    lock.release();
  });

  it("refuses while another machine keeps touching its file", async () => {
    leave({ pid: 1, host: "elsewhere" });
    const attempt = lockDataDir(directory);
    const touch = setInterval(() => utimesSync(path, new Date(), new Date()), 200);
    try {
      await expect(attempt).rejects.toThrow("in use by process 1 on elsewhere");
    } finally {
      clearInterval(touch);
    }
  });

  it("lets exactly one of many win a stale lock", async () => {
    leave({ pid: await deadPid() });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(directory)));
    const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const { value } of won) value.release();
  });

  it("does not remove a lock that is no longer its own", async () => {
    const lock = await lockDataDir(directory);
    leave({ pid: 12345 });
    lock.release();
    expect(pidInFile()).toBe(12345);
  });
});
