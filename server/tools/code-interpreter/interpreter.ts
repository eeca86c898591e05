import type { ChildProcess } from "node:child_process";
import { setPriority } from "node:os";
import { Duplex } from "node:stream";
import { clock } from "#server/clock";
import { log } from "#server/log";
import { type Frame, FrameReader, writeFrame } from "#server/tools/code-interpreter/frames";
import { launchInterpreter } from "#server/tools/code-interpreter/launch";
import { Answer, type ProcessOptions } from "#server/tools/code-interpreter/messages";
import { residentBytes } from "#server/tools/resident-bytes";

/** Why an interpreter has ended before it answered. */
export type EndReason = "timed_out" | "out_of_memory" | "stopped" | "broken";

/** An interpreter that has ended. What its code did until then is unknown, and its variables are gone. */
export class InterpreterEnded extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`the interpreter has ended: ${reason}`);
    this.reason = reason;
  }
}

export interface RunRequest {
  code: string;
  /** Files that the interpreter has not, or not as they are now, by their paths. */
  put: ReadonlyMap<string, Uint8Array>;
  /** Paths of files that are gone. */
  remove: readonly string[];
}

/** What a call has come to. */
export interface RunOutcome {
  ok: boolean;
  /** What the code printed and raised, and its last value; `leftOut`: bytes beyond the limit. */
  output: string;
  leftOut: number;
  images: { mediaType: string; data: Buffer }[];
  files: { path: string; data: Buffer }[];
  removed: string[];
  notKept: string[];
}

/** Beside files: text, pictures, and what frames it all. */
const ANSWER_BYTES = 64 * 2 ** 20;
const MEMORY_CHECK_MS = 200;
const NICENESS = 5;
/** Beside Python's memory and its files: what the process holds by itself, and copies of what it sends. */
const OWN_BYTES = 384 * 2 ** 20;

interface Waiting {
  resolve(frame: Frame): void;
  reject(error: Error): void;
}

/** A process with one Python in it, which keeps its variables from call to call. */
export class Interpreter {
  readonly #process: ChildProcess;
  readonly #channel: Duplex;
  readonly #options: ProcessOptions;
  readonly #exited: Promise<void>;
  #waiting: Waiting | null = null;
  #ended: EndReason | null = null;

  /** Launches the process, which can be asked once it is {@link ready}. */
  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#process = launchInterpreter(options);
    const channel = this.#process.stdio[3];
    if (!(channel instanceof Duplex)) throw new Error("the interpreter's process has no channel");
    this.#channel = channel;
    this.#exited = new Promise((resolve) => this.#process.once("close", () => resolve()));
    const reader = new FrameReader(options.fileBytes + ANSWER_BYTES);
    channel.on("data", (piece: Buffer) => this.#read(reader, piece));
    channel.on("error", () => this.kill("broken"));
    this.#process.once("error", () => this.kill("broken"));
    this.#process.once("exit", () => this.kill("broken"));
    this.#process.unref();
  }

  /** Resolves when Python is there; `limitMs`: how long that may take. Throws InterpreterEnded. */
  async ready(limitMs: number): Promise<void> {
    const { message } = await this.#next(limitMs);
    if (Answer.safeParse(message).data?.type !== "ready") throw this.kill("broken");
    this.#giveWay();
  }

  /** The server and its requests come before what runs here. */
  #giveWay(): void {
    try {
      if (this.pid !== undefined) setPriority(this.pid, NICENESS);
    } catch {
      // It has ended, or the system does not let us.
    }
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isAlive(): boolean {
    return this.#ended === null;
  }

  /** Runs code. Throws InterpreterEnded, also when the signal aborts: the process is ended then. */
  async run(request: RunRequest, { signal, limitMs }: { signal: AbortSignal; limitMs: number }): Promise<RunOutcome> {
    if (this.#ended) throw new InterpreterEnded(this.#ended);
    const onAbort = () => this.kill("stopped");
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const put = [...request.put].map(([path, data]) => ({ path, bytes: data.length }));
      const message = { code: request.code, put, remove: [...request.remove] };
      const answer = this.#next(limitMs);
      if (this.isAlive) this.#channel.write(writeFrame(message, [...request.put.values()]));
      return this.#outcomeOf(await answer);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the process and whatever it has started, at once. */
  kill(reason: EndReason): InterpreterEnded {
    this.#ended ??= reason;
    const error = new InterpreterEnded(this.#ended);
    this.#waiting?.reject(error);
    this.#waiting = null;
    this.#channel.destroy();
    const { pid } = this.#process;
    if (pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
    return error;
  }

  /** Resolves when the process is no more. */
  async gone(): Promise<void> {
    await this.#exited;
  }

  #read(reader: FrameReader, piece: Buffer): void {
    try {
      for (const frame of reader.push(piece)) {
        const waiting = this.#waiting;
        // It speaks when it is asked: one that says more is not what was started.
        if (!waiting) throw new Error("an answer that nobody asked for");
        this.#waiting = null;
        waiting.resolve(frame);
      }
    } catch (error) {
      log().warn({ reason: error instanceof Error ? error.message : "" }, "an interpreter sent what it may not");
      this.kill("broken");
    }
  }

  /** The next frame, within `limitMs` and the limit of memory. */
  async #next(limitMs: number): Promise<Frame> {
    if (this.#ended) throw new InterpreterEnded(this.#ended);
    const stopTimer = clock().after(limitMs, () => this.kill("timed_out"));
    const stopWatch = this.#watchMemory();
    try {
      return await new Promise<Frame>((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    } finally {
      stopTimer();
      stopWatch();
    }
  }

  /** The system's bound on a process does not hold everywhere, so its memory is also read, where the system tells it. */
  #watchMemory(): () => void {
    const most = this.#options.memoryBytes + this.#options.fileBytes * 3 + OWN_BYTES;
    let stop = () => {};
    const check = async (): Promise<void> => {
      const bytes = await residentBytes(this.pid);
      if (this.#waiting === null || bytes === null) return;
      if (bytes > most) this.kill("out_of_memory");
      else stop = clock().after(MEMORY_CHECK_MS, () => void check());
    };
    stop = clock().after(MEMORY_CHECK_MS, () => void check());
    return () => stop();
  }

  #outcomeOf({ message, body }: Frame): RunOutcome {
    const { data: answer } = Answer.safeParse(message);
    const sizes = answer?.type === "ran" ? [...answer.images, ...answer.files].map(({ bytes }) => bytes) : [];
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    if (answer?.type !== "ran" || total !== body.length || answer.files.length > this.#options.maxFiles) {
      throw this.kill("broken");
    }
    let from = 0;
    const take = (bytes: number): Buffer => {
      from += bytes;
      return body.subarray(from - bytes, from);
    };
    const images = answer.images.map(({ mediaType, bytes }) => ({ mediaType, data: take(bytes) }));
    const files = answer.files.map(({ path, bytes }) => ({ path, data: take(bytes) }));
    const { ok, output, leftOut, removed, notKept } = answer;
    return { ok, output, leftOut, images, files, removed, notKept };
  }
}
