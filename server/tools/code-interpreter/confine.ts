import dgram from "node:dgram";
import { constants } from "node:fs";
import Module, { registerHooks } from "node:module";
import net from "node:net";

// What runs in an interpreter's process is Python in WebAssembly, which reaches nothing of this by itself. It is for code
// that finds its way from Python into this process's JavaScript. Node's own permissions and the system's stand behind it.

/** Globals that reach a network, another thread, or Node's inside. */
const GLOBALS = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "BroadcastChannel", "Worker", "navigator"];
/** Methods of `process` that act on other processes, or on what this one may do. */
const PROCESS = [
  ...["kill", "_kill", "_debugProcess", "dlopen", "chdir", "setuid", "setgid", "seteuid", "setegid", "setgroups"],
  ...["initgroups", "getBuiltinModule", "loadEnvFile", "execve", "_linkedBinding", "reallyExit", "abort", "report"],
];

function refuse(): never {
  throw new Error("not allowed in the code interpreter");
}

/** Node's permissions refuse `process.binding`, which Emscripten asks for nothing but the flags of files. */
export function allowFileFlags(): void {
  Object.assign(process, { binding: () => ({ fs: constants }) });
}

/** Python's memory grows to `maxBytes` and no further: Python then raises MemoryError. */
export function boundMemory(maxBytes: number): void {
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > maxBytes) throw new RangeError("the memory limit is reached");
    return grow.call(this, pages);
  };
}

/** No way out of this process for its JavaScript: no connections, no modules, no signals. The last thing done before code runs. */
export function closeWaysOut(): void {
  for (const name of GLOBALS) Reflect.deleteProperty(globalThis, name);
  const itself: object = process;
  for (const name of PROCESS)
    Reflect.defineProperty(itself, name, { value: refuse, writable: false, configurable: false });
  Object.assign(net.Socket.prototype, { connect: refuse });
  Object.assign(net.Server.prototype, { listen: refuse });
  Object.assign(dgram.Socket.prototype, { bind: refuse, connect: refuse, send: refuse });
  Object.assign(Module, { _load: refuse });
  registerHooks({ resolve: refuse, load: refuse });
  freezeBuiltins();
}

const BUILTINS: readonly object[] = [
  ...[
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Date,
    RegExp,
    Promise,
    Proxy,
    Math,
    JSON,
    Reflect,
  ],
  ...[Map, Set, WeakMap, WeakSet, WeakRef, FinalizationRegistry, Atomics, Intl, WebAssembly, WebAssembly.Memory],
  ...[
    ArrayBuffer,
    SharedArrayBuffer,
    DataView,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  ],
  ...[AggregateError, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer, WebAssembly.Module, WebAssembly.Instance],
];

/** Built-in objects stay what they are, so that no code can put itself between this process's own. */
function freezeBuiltins(): void {
  for (const builtin of BUILTINS) {
    if (typeof builtin === "function") Object.freeze(builtin.prototype);
    Object.freeze(builtin);
  }
  const makers = [function* () {}, async () => {}, async function* () {}, [][Symbol.iterator](), new Map().entries()];
  for (const maker of [...makers, new Set().values(), new Uint8Array(1)]) freezePrototypes(maker);
  // V8 writes the stack's limit there; what a stack is made into stays V8's.
  Reflect.defineProperty(Error, "prepareStackTrace", { value: undefined, writable: false, configurable: false });
  Object.freeze(Error.prototype);
}

function freezePrototypes(value: object): void {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    Object.freeze(proto);
    const made: unknown = proto.constructor;
    if (typeof made === "function" && made !== Error) Object.freeze(made);
  }
}
