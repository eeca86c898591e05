import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { clock, sleep } from "#server/clock";
import { config } from "#server/config";
import { LiveSet } from "#server/live-set";
import { killTree, memoryOf, processesOf } from "#server/tools/mcp/stdio/process-tree";
import type { StdioProgram } from "#server/tools/mcp/stdio/stdio-servers";

/**
 * Runs "$@" in the place of this shell, and beside it a small process that waits for the end of what is on 3: that is
 * held open by the server, so it ends with it, however the server dies. Then the whole group is killed.
 */
const KEPT = '(read -r _; kill -KILL 0) <&3 >/dev/null 2>&1 3<&- & exec "$@" 3<&-';

interface Running {
  processes: LiveSet<StdioProcess>;
  /** Ends the watch over their memory. */
  cancelWatch: (() => void) | null;
}

const holder = globalThis as typeof globalThis & { rejoinderStdioProcesses?: Running };

function running(): Running {
  holder.rejoinderStdioProcesses ??= { processes: new LiveSet(), cancelWatch: null };
  return holder.rejoinderStdioProcesses;
}

/** A program in a process group of its own, with no environment but what the operator wrote. */
export class StdioProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it, and all that it started, has been ended. */
  readonly ended: Promise<void>;
  /** Why it ended, when that was not asked for. */
  fault: string | null = null;
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #closing = false;
  #killing: Promise<void> | null = null;

  /** @throws what spawning throws when the system has no shell */
  static async start(program: StdioProgram): Promise<StdioProcess> {
    const { command, args, env, cwd } = program;
    const child = spawn("/bin/sh", ["-c", KEPT, "sh", command, ...args], {
      cwd,
      env: env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ["pipe", "pipe", "ignore", "pipe"],
    });
    await once(child, "spawn");
    const { stdin, stdout } = child;
    if (!stdin || !stdout) throw new Error("a process was started without its pipes");
    return new StdioProcess(child, stdin, stdout);
  }

  private constructor(child: ChildProcess, stdin: Writable, stdout: Readable) {
    this.#child = child;
    this.stdin = stdin;
    this.stdout = stdout;
    stdin.on("error", () => undefined);
    stdout.on("error", () => undefined);
    child.stdio[3]?.on("error", () => undefined);
    this.#exited = new Promise((resolve) => child.once("exit", resolve));
    this.ended = this.#exited.then((code) => this.#sweep(code));
    running().processes.add(this);
    watchMemory();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends it: it is told so by the end of its input, and killed when it is not gone in MCP_STDIO_EXIT_SECONDS. */
  async close(): Promise<void> {
    this.#closing = true;
    this.stdin.end();
    await Promise.race([this.#exited, sleep(config().MCP_STDIO_EXIT_SECONDS)]);
    await this.kill(null);
  }

  /** Kills it with all that it started. `fault`: what is said of it. */
  async kill(fault: string | null): Promise<void> {
    this.fault ??= fault;
    await this.#killTree();
    await this.ended;
  }

  /** What it has started does not outlive it. */
  async #sweep(code: number | null): Promise<void> {
    if (!this.#closing) this.fault ??= `The program ended${code === null ? "" : ` with code ${code}`}.`;
    await this.#killTree();
    running().processes.delete(this);
    watchMemory();
    this.#child.stdio[3]?.destroy();
  }

  /** Once: until then the keeper is alive, so the group's number is its own; afterwards it may be another's. */
  #killTree(): Promise<void> {
    this.#killing ??= killTree(this.pid);
    return this.#killing;
  }
}

/** Looks again and again at what all programs hold, as long as there is one. */
function watchMemory(): void {
  const state = running();
  state.cancelWatch?.();
  state.cancelWatch = null;
  if (state.processes.size === 0) return;
  state.cancelWatch = clock().after(config().MCP_STDIO_CHECK_SECONDS, () => {
    void killGreedy(config().MCP_STDIO_MEMORY_MB).finally(watchMemory);
  });
}

async function killGreedy(megabytes: number): Promise<void> {
  const all = [...running().processes];
  const trees = await processesOf(all.map(({ pid }) => pid));
  for (const process of all) {
    const bytes = await memoryOf(trees.get(process.pid) ?? []);
    if (bytes <= megabytes * 1024 * 1024) continue;
    await process.kill(`The program held more than ${megabytes} MB of memory and was stopped.`);
  }
}
