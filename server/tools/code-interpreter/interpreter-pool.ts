import { existsSync } from "node:fs";
import { join } from "node:path";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { MAX_CONTAINER_FILES } from "#server/protocol/containers";
import {
  Interpreter,
  InterpreterEnded,
  type RunOutcome,
  type RunRequest,
} from "#server/tools/code-interpreter/interpreter";
import { pyodideFolder } from "#server/tools/code-interpreter/launch";

/** An interpreter's place among those that may run at once: a container's, until it is idle too long or another's turn. */
interface Place {
  key: string;
  /** Names this interpreter: another one of the same container has other variables. */
  session: string;
  interpreter: Interpreter | null;
  /** What the interpreter has of the container's files: the names of their contents, by path. */
  files: Map<string, string>;
  isUsed: boolean;
  busy: boolean;
  idleSince: number;
  cancelIdle: () => void;
}

interface Turn {
  key: string;
  begin(place: Place): void;
  refuse(reason: AppError): void;
}

interface Pool {
  places: Place[];
  waiting: Turn[];
  closed: boolean;
}

const MEGABYTE = 2 ** 20;
/** Of what code prints, kept for the trace; models and items get less. */
const OUTPUT_BYTES = MEGABYTE;

const holder = globalThis as typeof globalThis & { rejoinderPythonPool?: Pool };

function pool(): Pool {
  holder.rejoinderPythonPool ??= { places: [], waiting: [], closed: false };
  return holder.rejoinderPythonPool;
}

/** Where `npm run install-python-packages` puts wheels and their lock file. */
export function packagesFolder(): string {
  return join(config().dataDir, "python-packages");
}

/** What a container's interpreter is known by here. */
export function interpreterKey(teamId: string, containerId: string): string {
  return `${teamId}/${containerId}`;
}

export interface PoolRequest {
  /** The container's: its calls run one after the other. */
  key: string;
  /** Of Python's memory. */
  memoryBytes: number;
  signal: AbortSignal;
}

/** The use of a container's interpreter, for as long as a call needs. */
export interface Session {
  /** Names the interpreter whose variables the call sees. */
  readonly id: string;
  /** As the last call has left it: the names of files' contents by path, for whoever knows both. */
  readonly files: Map<string, string>;
  /** True: it has run code before. */
  readonly isUsed: boolean;
  /** Begins with a new interpreter, which knows of nothing. */
  renew(): Promise<void>;
  /** Throws InterpreterEnded; the container's next call then gets a new interpreter. */
  run(request: RunRequest): Promise<RunOutcome>;
}

/**
 * Calls `use` with the container's interpreter, which is started when it has none: at most CODE_INTERPRETER_PROCESSES
 * run at once, and the one that is idle for longest makes room. Who finds no room waits.
 * @throws AppError overloaded when nothing got free in CODE_INTERPRETER_WAIT_SECONDS, and when the server shuts down;
 *   InterpreterEnded when none could be started; what `use` throws; the signal's reason
 */
export async function withInterpreter<T>(request: PoolRequest, use: (session: Session) => Promise<T>): Promise<T> {
  const place = await takePlace(request);
  try {
    if (!place.interpreter?.isAlive) await begin(place, request);
    request.signal.throwIfAborted();
    return await use(sessionOf(place, request));
  } finally {
    giveBack(place);
  }
}

/** Starts the place's interpreter, in place of one that is there. */
async function begin(place: Place, { memoryBytes }: PoolRequest): Promise<void> {
  if (pool().closed) throw shuttingDown();
  place.interpreter?.kill("stopped");
  place.session = newId("pythonSession");
  place.files = new Map();
  place.isUsed = false;
  const interpreter = new Interpreter(processOptions(memoryBytes));
  place.interpreter = interpreter;
  await interpreter.ready(config().CODE_INTERPRETER_START_SECONDS);
}

function sessionOf(place: Place, request: PoolRequest): Session {
  const { signal } = request;
  return {
    get id() {
      return place.session;
    },
    get files() {
      return place.files;
    },
    get isUsed() {
      return place.isUsed;
    },
    renew: () => begin(place, request),
    run: async (asked) => {
      place.isUsed = true;
      if (!place.interpreter) throw new InterpreterEnded("stopped");
      return place.interpreter.run(asked, { signal, limitMs: config().CODE_INTERPRETER_TIMEOUT_SECONDS });
    },
  };
}

/** Ends a container's interpreter, if there is one here; a call that runs in it fails. */
export function endInterpreter(key: string): void {
  const place = pool().places.find((candidate) => candidate.key === key);
  if (place) remove(place);
}

/** Ends all interpreters, refuses who waits for one, and begins no more. Resolves when their processes are gone. */
export async function closeInterpreters(): Promise<void> {
  const { places, waiting } = pool();
  pool().closed = true;
  for (const turn of [...waiting]) turn.refuse(shuttingDown());
  const gone = places.map((place) => place.interpreter?.gone());
  for (const place of [...places]) remove(place);
  await Promise.all(gone);
}

/** Ids of the processes that run now. */
export function interpreterPids(): number[] {
  return pool().places.flatMap(({ interpreter }) => interpreter?.pid ?? []);
}

function processOptions(memoryBytes: number) {
  const packages = packagesFolder();
  return {
    pyodide: pyodideFolder(),
    packages: existsSync(join(packages, "pyodide-lock.json")) ? packages : null,
    memoryBytes,
    outputBytes: OUTPUT_BYTES,
    fileBytes: config().CODE_INTERPRETER_MAX_FILE_BYTES,
    maxFiles: MAX_CONTAINER_FILES,
  };
}

function takePlace({ key, signal }: PoolRequest): Promise<Place> {
  return new Promise((resolve, reject) => {
    const leave = (reason: unknown) => {
      const { waiting } = pool();
      const index = waiting.indexOf(turn);
      if (index >= 0) waiting.splice(index, 1);
      stop();
      reject(reason);
    };
    const onAbort = () => leave(signal.reason);
    const cancelTimer = clock().after(config().CODE_INTERPRETER_WAIT_SECONDS, () => leave(overloaded()));
    const stop = () => {
      cancelTimer();
      signal.removeEventListener("abort", onAbort);
    };
    const turn: Turn = {
      key,
      begin: (place) => {
        stop();
        resolve(place);
      },
      refuse: leave,
    };
    if (signal.aborted || pool().closed) return leave(signal.aborted ? signal.reason : shuttingDown());
    signal.addEventListener("abort", onAbort, { once: true });
    pool().waiting.push(turn);
    dispatch();
  });
}

function overloaded(): AppError {
  return new AppError("overloaded", "all Python interpreters of this server are busy. Try again later.");
}

function shuttingDown(): AppError {
  return new AppError("overloaded", "the server is shutting down.", { retryAfterMs: 1000 });
}

/** Gives whoever waits a place, in the order of coming, but for those whose container is busy. */
function dispatch(): void {
  const { waiting } = pool();
  for (const turn of [...waiting]) {
    const place = placeFor(turn.key);
    if (!place) continue;
    waiting.splice(waiting.indexOf(turn), 1);
    place.busy = true;
    place.cancelIdle();
    turn.begin(place);
  }
}

function placeFor(key: string): Place | null {
  const { places } = pool();
  const own = places.find((place) => place.key === key);
  if (own) return own.busy ? null : own;
  if (places.length >= config().CODE_INTERPRETER_PROCESSES) {
    const [idle] = places.filter((place) => !place.busy).sort((a, b) => a.idleSince - b.idleSince);
    if (!idle) return null;
    remove(idle);
  }
  const place: Place = {
    ...{ key, session: "", interpreter: null, files: new Map(), isUsed: false },
    ...{ busy: false, idleSince: 0, cancelIdle: () => {} },
  };
  places.push(place);
  return place;
}

function giveBack(place: Place): void {
  // It was given up meanwhile: nobody else ends what has been started since.
  if (!pool().places.includes(place)) place.interpreter?.kill("stopped");
  place.busy = false;
  place.idleSince = clock().now();
  if (place.interpreter?.isAlive) {
    place.cancelIdle = clock().after(config().CODE_INTERPRETER_IDLE_SECONDS, () => remove(place));
  } else remove(place);
  dispatch();
}

function remove(place: Place): void {
  const { places } = pool();
  const index = places.indexOf(place);
  if (index >= 0) places.splice(index, 1);
  place.cancelIdle();
  place.interpreter?.kill("stopped");
}
