import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What processes of the tests have compiled of what they load. A start takes a third less with it. */
export const COMPILED = join(process.cwd(), "node_modules/.cache/compiled");

export interface Child {
  process: ChildProcess;
  /** Complete lines of stdout so far. */
  lines(): string[];
  /** Everything printed, for a failure's message. */
  output(): string;
  /** Resolves with the first line that fits; rejects when the child ends before. */
  line(pattern: RegExp): Promise<string>;
  /** SIGKILL, then waits for the end. */
  kill(): Promise<void>;
  /** Waits for the end; the exit code. */
  end(): Promise<number | null>;
}

/** Runs a TypeScript file of this project as a process of its own: its environment is this, PATH, and what is compiled. */
export function startChild(script: string, args: string[], environment: Record<string, string>): Child {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...environment, PATH: process.env.PATH, NODE_ENV: "test", NODE_COMPILE_CACHE: COMPILED },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exited = once(child, "exit").then(([code]: (number | null)[]) => code ?? null);
  const lines = () => out.split("\n").slice(0, -1);
  return {
    process: child,
    lines,
    output: () => `${out}\n${errors}`,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines().find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        child.stdout.on("data", look);
        look();
        void exited.then((code) => {
          look();
          reject(new Error(`the process ended with ${code}:\n${out}\n${errors}`));
        });
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    end: () => exited,
  };
}
