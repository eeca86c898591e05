import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import type { RunOutcome } from "#server/tools/code-interpreter/interpreter";
import {
  closeInterpreters,
  endInterpreter,
  interpreterPids,
  withInterpreter,
} from "#server/tools/code-interpreter/interpreter-pool";
import { installFakeClock } from "#tests/support/fake-clock";

const MEMORY = 512 * 2 ** 20;
const CANARY = "canary-of-the-environment";

function configure(change: Record<string, string> = {}): void {
  setConfig(parseConfig({ NODE_ENV: "test", LOG_LEVEL: "silent", CODE_INTERPRETER_START_SECONDS: "170", ...change }));
}

async function run(code: string, key = "shared", more: { signal?: AbortSignal; put?: [string, string][] } = {}) {
  const put = new Map((more.put ?? []).map(([path, text]) => [path, Buffer.from(text)]));
  const signal = more.signal ?? new AbortController().signal;
  return withInterpreter({ key, memoryBytes: MEMORY, signal }, (session) => session.run({ code, put, remove: [] }));
}

/** True while the process is there. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const textsOf = ({ files }: RunOutcome) => files.map(({ path, data }) => [path, data.toString()]);

beforeAll(() => {
  process.env.CANARY = CANARY;
});
beforeEach(() => configure());
afterAll(async () => {
  delete process.env.CANARY;
  const pids = interpreterPids();
  await closeInterpreters();
  expect(pids.some(runs)).toBe(false);
});

// One interpreter, whose cases leave it as they found it.
describe("Python of one container", () => {
  it("runs in a process that is not ours, and keeps its variables", async () => {
    expect(await run("import os\nx = 20\nprint('hi')\nx + 1")).toMatchObject({ ok: true, output: "hi\n21\n" });
    expect(await run("x * 2")).toMatchObject({ output: "40\n" });
    const [pid] = interpreterPids();
    expect(pid).not.toBe(process.pid);
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("");
    expect(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[4]).toBe(String(pid));
  });

  it("tells errors with the code's own lines, and goes on", async () => {
    const failed = await run("def half(n):\n    return n / 0\nhalf(3)");
    expect(failed.ok).toBe(false);
    expect(failed.output).toContain('File "<cell');
    expect(failed.output).toContain("return n / 0");
    expect(failed.output).toContain("ZeroDivisionError: division by zero");
    expect(failed.output).not.toContain("harness");
    expect(await run("import sys; sys.exit(2)")).toMatchObject({ ok: false, output: "SystemExit: 2\n" });
    expect(await run("if")).toMatchObject({ ok: false });
    expect(await run("'still here'")).toMatchObject({ output: "'still here'\n" });
  });

  it("reads files that it is given, and tells which it has made, changed and removed", async () => {
    const made = await run("text = open('in.txt').read()\nopen('out.txt', 'w').write(text.upper())", "shared", {
      put: [["/mnt/data/in.txt", "abc"]],
    });
    expect(textsOf(made)).toEqual([["/mnt/data/out.txt", "ABC"]]);
    const changed = await run(
      "import os\nos.makedirs('sub')\nopen('sub/a', 'w').write('1')\nopen('in.txt', 'a').write('d')",
    );
    expect(textsOf(changed)).toEqual([
      ["/mnt/data/in.txt", "abcd"],
      ["/mnt/data/sub/a", "1"],
    ]);
    expect((await run("1")).files).toEqual([]);
    expect(
      (await run("import os, shutil\nfor f in ('in.txt', 'out.txt'): os.remove(f)\nshutil.rmtree('sub')")).removed,
    ).toHaveLength(3);
  });

  it("shows pictures: of the last value, of display(), and figures that are open", async () => {
    const code = `
import struct, sys, types, zlib
def png(width, height):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\\0" + b"\\xff\\0\\0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
class Picture:
    def _repr_png_(self): return png(2, 2)
class Figure:
    def savefig(self, to, **how): to.write(png(3, 3))
pyplot = types.ModuleType("matplotlib.pyplot")
open_figures = [1]
pyplot.get_fignums = lambda: list(open_figures)
pyplot.figure = lambda number: Figure()
pyplot.close = lambda which: open_figures.clear()
sys.modules["matplotlib.pyplot"] = pyplot
display(Picture(), "words")
Picture()`;
    const { images, output } = await run(code);
    expect(output).toBe("words\n");
    expect(images.map(({ mediaType, data }) => [mediaType, data.readUInt32BE(16)])).toEqual([
      ["image/png", 2],
      ["image/png", 2],
      ["image/png", 3],
    ]);
    expect((await run("del sys.modules['matplotlib.pyplot']")).images).toEqual([]);
  });

  it("says what to do about a package that is missing", async () => {
    const { output } = await run("import numpy");
    expect(output).toContain("ModuleNotFoundError: No module named 'numpy'");
    expect(output).toContain("npm run install-python-packages");
    expect(output).not.toContain("micropip");
  });

  it("keeps the beginning of a flood of output, and counts the rest", async () => {
    const { output, leftOut } = await run("for i in range(300):\n    print('x' * 9999)");
    expect(output).toHaveLength(2 ** 20);
    expect(leftOut).toBe(3_000_000 - 2 ** 20);
  });

  it.each([
    ["a list of 10 GB", "[0] * 2_500_000_000"],
    ["a list of 1 GB", "[0] * 250_000_000"],
    ["memory without end", "held = []\nwhile True:\n    held.append(bytes(20_000_000))"],
  ])("answers %s with an error, and goes on", async (_what, code) => {
    expect((await run(code)).output).toMatch(/MemoryError|OverflowError/);
    expect(await run("held = None\n1 + 1")).toMatchObject({ output: "2\n" });
  });
});

describe("ways out", () => {
  it("of the file system: nothing of the machine is there", async () => {
    const { output } = await run(
      "import os\nprint(os.path.exists('/etc/passwd'), sorted(os.listdir('/')), os.listdir('/proc'))",
    );
    expect(output).toMatch(/^False \['dev', 'home', 'lib', 'mnt', 'proc', 'tmp'\]/);
    const { output: mounted } = await run(
      "try:\n    import pyodide_js\nexcept ImportError as e: print(e)\nopen('/proc/self/environ')",
    );
    expect(mounted).toContain("No module named 'pyodide_js'");
    expect(mounted).toContain("FileNotFoundError");
  });

  it("through the environment: it holds nothing of ours", async () => {
    const { output } = await run("import os\nprint(dict(os.environ))");
    expect(output).toContain("MPLBACKEND");
    expect(output).not.toContain(CANARY);
    expect(output).not.toContain(process.cwd());
  });

  it.each([
    "import js\njs.process",
    "import js\njs.eval('process')",
    "import pyodide_js\npyodide_js.FS",
    "from pyodide.code import run_js\nrun_js('process')",
    "from pyodide.ffi import to_js\nto_js({}).constructor.constructor('return process')()",
    "from pyodide.ffi import to_js\nto_js(len).constructor('return globalThis')()",
    "from pyodide.ffi import to_js\nto_js([1]).constructor.prototype.push = print",
    "from pyodide.ffi import to_js\nto_js({}).constructor.prototype.mine = 1",
    "import pyodide.http\npyodide.http.open_url('http://127.0.0.1')",
    "import _pyodide_core\n_pyodide_core.jsnull.constructor",
    "import gc\nfrom pyodide.ffi import JsProxy\n[o for o in gc.get_objects() if isinstance(o, JsProxy)][0]",
  ])("into JavaScript are closed: %s", async (code) => {
    const { ok, output } = await run(code);
    expect(ok).toBe(false);
    expect(output).toContain("Error");
    expect(output).not.toMatch(/\[object process\]|uid=|AssertionError/);
  });

  it("into the network: no connection arrives, and no name is asked for", async () => {
    let arrived = 0;
    const peer = createServer(() => {
      arrived += 1;
    });
    await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
    const address = peer.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { output } = await run(`
import socket, urllib.request
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", ${port}), 2).sendall(b"x"),
    lambda: urllib.request.urlopen("http://127.0.0.1:${port}/", timeout=2).read(),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", ${port})),
):
    try:
        print("reached", attempt())
    except OSError as error:
        print("refused")
`);
    expect(output).toBe("refused\nrefused\nrefused\n");
    expect(arrived).toBe(0);
    await new Promise((resolve) => peer.close(resolve));
  });

  it.each([
    "import os\nos.fork()",
    "import subprocess\nsubprocess.run(['id'])",
    "import os\nos.system('id')",
    "import os\nos.execv('/bin/id', ['id'])",
  ])("into other processes are closed: %s", async (code) => {
    const { output } = await run(code);
    expect(output).toMatch(/Error|^-1\n$/);
    expect(output).not.toContain("uid=");
    expect(interpreterPids()).toHaveLength(1);
  });

  it("by threads, and by forks without end, lead nowhere", async () => {
    const bomb = "import os, threading\nwhile True:\n    threading.Thread(target=print).start()\n    os.fork()";
    expect((await run(bomb)).output).toContain("can't start new thread");
  });
});

describe("an interpreter that does not answer", () => {
  it("is killed when its time is up, and the container gets another one", async () => {
    configure({ CODE_INTERPRETER_TIMEOUT_SECONDS: "1" });
    const [pid] = interpreterPids();
    await expect(run("while True: pass")).rejects.toMatchObject({ reason: "timed_out" });
    await vi.waitFor(() => expect(runs(pid ?? 0)).toBe(false), { timeout: 20_000 });
    configure();
    expect(await run("'x' in globals()")).toMatchObject({ output: "False\n" });
  });

  it("is killed when the caller leaves", async () => {
    const leaving = new AbortController();
    const [pid] = interpreterPids();
    const running = withInterpreter({ key: "shared", memoryBytes: MEMORY, signal: leaving.signal }, (session) => {
      const ran = session.run({ code: "while True: pass", put: new Map(), remove: [] });
      leaving.abort();
      return ran;
    });
    await expect(running).rejects.toMatchObject({ reason: "stopped" });
    await vi.waitFor(() => expect(runs(pid ?? 0)).toBe(false), { timeout: 20_000 });
  });

  it("because its code ends the process is told from one that fails", async () => {
    await expect(run("import os\nos._exit(0)")).rejects.toMatchObject({ reason: "broken" });
    expect(interpreterPids()).toEqual([]);
    const crash = "import ctypes\nctypes.string_at(2**31)\nctypes.CDLL(None).system(b'id')";
    expect(await run(crash).catch((error: unknown) => error)).toMatchObject({ reason: "broken" });
  });
});

describe("places", () => {
  it("are as many as configured; the one that is idle makes room; calls of a container follow each other", async () => {
    configure({ CODE_INTERPRETER_PROCESSES: "1" });
    const order: string[] = [];
    const noted = async (code: string, key: string) => {
      const { output } = await run(code, key);
      order.push(output.trim());
      expect(interpreterPids().length).toBeLessThanOrEqual(1);
    };
    await Promise.all([
      noted("n = 1\nprint('a', n)", "a"),
      noted("n += 1\nprint('a', n)", "a"),
      noted("print('b', 'n' in globals())", "b"),
    ]);
    expect(order).toEqual(["a 1", "a 2", "b False"]);
  });

  it("that nobody uses are left, and who waits too long hears so", async () => {
    configure({
      CODE_INTERPRETER_PROCESSES: "1",
      CODE_INTERPRETER_IDLE_SECONDS: "60",
      CODE_INTERPRETER_WAIT_SECONDS: "5",
    });
    const clock = installFakeClock();
    try {
      const held = Promise.withResolvers<void>();
      const signal = new AbortController().signal;
      const holding = withInterpreter({ key: "b", memoryBytes: MEMORY, signal }, () => held.promise);
      const waiting = run("1", "c");
      clock.advance(5_000);
      await expect(waiting).rejects.toMatchObject({ code: "overloaded" });
      held.resolve();
      await holding;
      clock.advance(59_000);
      expect(interpreterPids()).toHaveLength(1);
      clock.advance(1_000);
      expect(interpreterPids()).toEqual([]);
      endInterpreter("b");
    } finally {
      setClock();
    }
  });
});
