import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock, sleep } from "#server/clock";
import { config } from "#server/config";
import { type ContainerFileRow, findContainerFiles, removeContainerFiles } from "#server/db/container-files";
import { beginCall, type ContainerScope, endCall } from "#server/db/containers";
import { AppError, isAppError } from "#server/errors";
import { scopeOf } from "#server/services/containers/container-object";
import { attachFiles, discardFiles, type Target, writeFile } from "#server/services/containers/store-container-file";
import type { ServiceContext } from "#server/services/context";
import { interpreters, type PythonOutcome, type PythonSession } from "#server/tools/registry";

const MEGABYTE = 2 ** 20;
/** Beside a call's own time: to start Python, to bring it files and to store what it has written. */
const MARGIN_MS = 60_000;
/** How often it is asked whether another node's call has ended. */
const POLL_MS = 250;
/** The session of a container whose interpreter has ended at a call. */
const LOST = "lost";

export interface CodeInput {
  containerId: string;
  memoryMb: number;
  code: string;
}

/** What a call has come to, with the container's files as they are now. */
export interface CodeResult {
  /** null: the interpreter has ended before it answered. */
  outcome: PythonOutcome | null;
  ended: ReturnType<typeof interpreters.endOf>;
  /** True: what earlier calls have defined is gone. */
  isFresh: boolean;
  files: ContainerFileRow[];
  /** Paths of what the call has written. */
  written: string[];
  notKept: string[];
}

/**
 * Runs code in a container, once: after other calls there, on whichever node. Python gets the files that have changed
 * since, and what the code changes is stored before this returns. A node whose Python has not seen the last call
 * begins with a new one.
 * @throws AppError overloaded, not_found for a container that has ended, storage_unavailable, database_unavailable; the
 *   signal's reason
 */
export async function runCode({ ctx, input }: { ctx: ServiceContext; input: CodeInput }): Promise<CodeResult> {
  const { containerId, memoryMb, code } = input;
  const { CODE_INTERPRETER_MAX_MEMORY_MB: most } = config();
  const key = interpreters.keyOf(ctx.principal.teamId, containerId);
  const memoryBytes = Math.min(memoryMb, most) * MEGABYTE;
  const scope = scopeOf(ctx, containerId);
  try {
    return await interpreters.with({ key, memoryBytes, signal: ctx.signal }, async (session) => {
      const before = await begin(scope, ctx.signal);
      let kept = LOST;
      try {
        if (session.isUsed && before !== session.id) await session.renew();
        const isFresh = before !== null && before !== session.id;
        const result = await runIn({ ctx, containerId, param: "container" }, session, code);
        if (result.outcome) kept = session.id;
        return { ...result, isFresh };
      } finally {
        await endCall(scope, { now: new Date(clock().now()), session: kept });
      }
    });
  } catch (error) {
    if (interpreters.endOf(error) === null) throw error;
    ctx.signal.throwIfAborted();
    throw new AppError("internal_error", "Python could not be started.", { cause: error });
  }
}

/** Waits for calls of other nodes. Returns the session of the last call. */
async function begin(scope: ContainerScope, signal: AbortSignal): Promise<string | null> {
  const { CODE_INTERPRETER_TIMEOUT_SECONDS: limitMs, CODE_INTERPRETER_WAIT_SECONDS: waitMs } = config();
  const waitsUntil = clock().now() + waitMs;
  for (;;) {
    const now = clock().now();
    const begun = await beginCall(scope, { now: new Date(now), until: new Date(now + limitMs + MARGIN_MS) });
    if (begun === null) throw new AppError("not_found", "the container has expired: it was not used for too long.");
    if (begun !== "busy") return begun.session;
    if (now >= waitsUntil) throw new AppError("overloaded", "the container is busy with another call.");
    await sleep(POLL_MS, signal);
  }
}

async function runIn(target: Target, session: PythonSession, code: string): Promise<Omit<CodeResult, "isFresh">> {
  const { ctx, containerId } = target;
  const scope = scopeOf(ctx, containerId);
  const rows = await findContainerFiles(scope);
  const put = new Map<string, Buffer>();
  for (const row of rows) {
    if (session.files.get(row.path) !== row.blobId) put.set(row.path, await readFile(ctx, row));
  }
  const remove = [...session.files.keys()].filter((path) => !rows.some((row) => row.path === path));
  try {
    const outcome = await session.run({ code, put, remove });
    const saved = await save(target, outcome);
    const files = await findContainerFiles(scope);
    session.files.clear();
    for (const row of files) session.files.set(row.path, row.blobId);
    return { outcome, ended: null, files, ...saved };
  } catch (error) {
    const ended = interpreters.endOf(error);
    if (ended === null) throw error;
    ctx.signal.throwIfAborted();
    return { outcome: null, ended, files: rows, written: [], notKept: [] };
  }
}

async function readFile(ctx: ServiceContext, { blobId }: ContainerFileRow): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await blobStore().get(blobKey(ctx.principal.teamId, blobId))) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Stores what the code has changed: all files, or, where they are too much together, none. */
async function save(target: Target, { files, removed, notKept }: PythonOutcome) {
  const { ctx, containerId } = target;
  if (removed.length > 0) {
    await removeContainerFiles(scopeOf(ctx, containerId), { paths: removed }, new Date(clock().now()));
  }
  const written: ContainerFileRow[] = [];
  try {
    for (const { path, data } of files) {
      written.push(await writeFile(target, { path, source: "assistant", content: onePiece(data) }));
    }
  } catch (error) {
    await discardFiles(target, written);
    throw error;
  }
  const paths = files.map(({ path }) => path);
  if (written.length === 0) return { written: [], notKept: [...notKept] };
  try {
    await attachFiles(target, written);
    return { written: paths, notKept: [...notKept] };
  } catch (error) {
    if (!isAppError(error) || error.code !== "payload_too_large") throw error;
    return { written: [], notKept: [...notKept, ...paths] };
  }
}

async function* onePiece(data: Buffer): AsyncGenerator<Buffer> {
  if (data.length > 0) yield data;
}
