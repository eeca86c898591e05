import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { getuid } from "node:process";
import type { ProcessOptions } from "#server/tools/code-interpreter/messages";

/** Beside Python's memory and files: what Node may write to, of which it uses less than a quarter. */
const OWN_MEMORY_BYTES = 1024 * 2 ** 20;
/** Of a process in all its life: one whose server has died in a way that the system does not tell it ends by this. */
const CPU_SECONDS = 3_600;

/**
 * Programs that take more away from a process before it begins, where the system has them and lets us: a network of its
 * own with nothing in it; the parent's death as its own, no new privileges, no capabilities.
 */
const WRAPPERS: readonly (readonly string[])[] = [
  ["unshare", ...(getuid?.() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"]), "--"],
  ["setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--"],
];

/** Where the wrappers are found; Python's process gets nothing of it. */
const SHELL = { NODE_ENV: "production" as const, PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

const holder = globalThis as typeof globalThis & { rejoinderPythonWrappers?: readonly string[] };

/** Those of the wrappers that work here, one inside the other; asked once. */
function wrappers(): readonly string[] {
  holder.rejoinderPythonWrappers ??= WRAPPERS.filter(works).flat();
  return holder.rejoinderPythonWrappers;
}

function works([program = "", ...words]: readonly string[]): boolean {
  try {
    execFileSync(program, [...words, "true"], { stdio: "ignore", timeout: 5_000, env: SHELL });
    return true;
  } catch {
    return false;
  }
}

/** Where `pyodide` is installed. */
export function pyodideFolder(): string {
  return dirname(createRequire(join(process.cwd(), "package.json")).resolve("pyodide/package.json"));
}

/** What Node may do, and read: its own code for Python, and nothing else. */
function nodeArguments(options: ProcessOptions): string[] {
  const code = join(process.cwd(), "server", "tools", "code-interpreter");
  const readable = [code, options.pyodide, ...(options.packages === null ? [] : [options.packages])];
  return [
    "--permission",
    ...readable.flatMap((folder) => `--allow-fs-read=${realpathSync(folder)}/`),
    "--disallow-code-generation-from-strings",
    "--max-old-space-size=256",
    "--no-warnings",
    join(code, "interpreter-process.ts"),
    JSON.stringify(options),
  ];
}

/**
 * Starts a process for Python with nothing of ours in it: no environment, no standard streams, no files but its own code;
 * a process group of its own; a bound on memory and processor time, no files written, no core dumps. `stdio[3]` is the
 * pipe to it.
 */
export function launchInterpreter(options: ProcessOptions): ChildProcess {
  const kilobytes = Math.ceil((options.memoryBytes + options.fileBytes * 3 + OWN_MEMORY_BYTES) / 1024);
  const limits = `ulimit -c 0; ulimit -f 0; ulimit -n 128; ulimit -t ${CPU_SECONDS}; ulimit -d ${kilobytes}; exec "$@"`;
  const command = [...wrappers(), process.execPath, ...nodeArguments(options)];
  return spawn("/bin/sh", ["-c", limits, "sh", "env", "-i", ...command], {
    cwd: "/",
    env: SHELL,
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
}
