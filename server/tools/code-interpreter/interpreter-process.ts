import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ChangedFiles } from "./changed-files.ts";
import { allowFileFlags, boundMemory, closeWaysOut } from "./confine.ts";
import { FrameReader, writeFrame } from "./frames.ts";
import type { Answer, ProcessOptions, RunMessage } from "./messages.ts";

// The process of one container: Python in WebAssembly, asked over a pipe by the server that started it. It has no
// environment, no network, and of the machine's files only its own code. Everything in it may be the code's work.

type Pyodide = Awaited<ReturnType<typeof import("pyodide").loadPyodide>>;

const CHANNEL = 3;
const FRAME_OVERHEAD = 4 * 1024 * 1024;
const LOCK = "pyodide-lock.json";

/** Python loses what leads into this process's JavaScript. */
const FORGET_JAVASCRIPT = `
import sys
from pyodide.ffi import JsProxy
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in ("js", "pyodide_js"):
        del sys.modules[name]
        continue
    for key, value in list(vars(module).items()):
        if isinstance(value, JsProxy) or getattr(value, "__name__", None) in ("js", "pyodide_js"):
            setattr(module, key, None)
del name, module, key, value, sys, JsProxy
`;

/** Collects what the code prints: its first bytes, and how many more there were. */
class Output {
  readonly #most: number;
  #pieces: Buffer[] = [];
  #kept = 0;
  #leftOut = 0;

  constructor(most: number) {
    this.#most = most;
  }

  readonly write = (bytes: Uint8Array): number => {
    const room = Math.max(0, this.#most - this.#kept);
    if (room > 0) this.#pieces.push(Buffer.from(bytes.subarray(0, room)));
    this.#kept += Math.min(room, bytes.length);
    this.#leftOut += Math.max(0, bytes.length - room);
    return bytes.length;
  };

  take(): { output: string; leftOut: number } {
    const taken = { output: Buffer.concat(this.#pieces).toString("utf8"), leftOut: this.#leftOut };
    this.#pieces = [];
    this.#kept = 0;
    this.#leftOut = 0;
    return taken;
  }
}

/** Python, and the packages that it can load. */
async function startPython(options: ProcessOptions): Promise<{ python: Pyodide; packages: string[] }> {
  const { loadPyodide }: typeof import("pyodide") = await import(
    pathToFileURL(join(options.pyodide, "pyodide.mjs")).href
  );
  const folder = options.packages ?? options.pyodide;
  const lock: { packages: Record<string, unknown> } = JSON.parse(readFileSync(join(folder, LOCK), "utf8"));
  if (options.packages === null) lock.packages = {};
  const python = await loadPyodide({
    indexURL: options.pyodide,
    packageBaseUrl: `${folder}/`,
    lockFileContents: JSON.stringify(lock),
    jsglobals: Object.create(null),
    env: { HOME: "/home/user", USER: "user", LOGNAME: "user", MPLBACKEND: "Agg", _: "python" },
  });
  return { python, packages: Object.keys(lock.packages) };
}

/** Answers one call after the other; what is asked meanwhile waits in the pipe's order. */
async function serve(channel: Socket, options: ProcessOptions): Promise<void> {
  const output = new Output(options.outputBytes);
  const { python, packages } = await startPython(options);
  python.setStdout({ write: output.write });
  python.setStderr({ write: output.write });
  python.setStdin({ error: true });
  const namespace = python.toPy({ __file__: "<harness>" });
  const harness = readFileSync(join(import.meta.dirname, "harness.py"), "utf8");
  python.runPython(harness, { globals: namespace, filename: "<harness>" });
  namespace.get("installed").extend(packages);
  const run = namespace.get("run");
  const files = new ChangedFiles(python.FS, options);
  const tell = (answer: Answer, parts: Uint8Array[] = []) => channel.write(writeFrame(answer, parts));

  const answer = async ({ code, put, remove }: RunMessage, body: Buffer): Promise<void> => {
    let from = 0;
    for (const path of remove) files.remove(path);
    for (const { path, bytes } of put) {
      files.put(path, body.subarray(from, from + bytes));
      from += bytes;
    }
    await loadPackages(python, code, output);
    const result = run(code);
    const [ok, images]: [boolean, [string, Uint8Array][]] = result.toJs();
    result.destroy();
    const changes = files.take();
    const pictures = images.map(([mediaType, data]) => ({ mediaType: mediaType as "image/png", bytes: data.length }));
    const { contents, ...told } = changes;
    const parts = [...images.map(([, data]) => data), ...contents];
    tell({ type: "ran", ok, ...output.take(), images: pictures, ...told }, parts);
  };

  const reader = new FrameReader(options.fileBytes + FRAME_OVERHEAD);
  let last = Promise.resolve();
  channel.on("data", (piece: Buffer) => {
    for (const { message, body } of reader.push(piece)) last = last.then(() => answer(message as RunMessage, body));
  });
  for (const name of ["js", "pyodide_js"]) python.unregisterJsModule(name);
  python.runPython(FORGET_JAVASCRIPT);
  closeWaysOut();
  tell({ type: "ready", python: python.version });
}

/** Packages that the code imports and that are installed. One that fails to load is an error of the import. */
async function loadPackages(python: Pyodide, code: string, output: Output): Promise<void> {
  try {
    await python.loadPackagesFromImports(code, { messageCallback: () => {}, checkIntegrity: false });
  } catch (error) {
    output.write(Buffer.from(`A package could not be loaded: ${error instanceof Error ? error.message : error}\n`));
  }
}

const options: ProcessOptions = JSON.parse(process.argv[2] ?? "{}");
allowFileFlags();
boundMemory(options.memoryBytes);
const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
// The server is gone, or does not want this process any more.
channel.on("close", () => process.exit(0));
channel.on("error", () => process.exit(1));
await serve(channel, options);
