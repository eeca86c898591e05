import { hasPermission, requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { findContainerFiles } from "#server/db/container-files";
import { type ContainerRow, deleteContainer, findFirstContainer, insertContainer } from "#server/db/containers";
import type { FileRow } from "#server/db/files";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { readCodeInterpreter } from "#server/protocol/code-interpreter-tool";
import { CONTAINER_FOLDER, CONTAINER_MINUTES } from "#server/protocol/containers";
import { memoryOf, requireContainer, scopeOf } from "#server/services/containers/container-object";
import { copyContainerFiles, copyFiles, requireFiles } from "#server/services/containers/copy-files";
import { type CodeResult, runCode } from "#server/services/containers/run-code";
import type { ServiceContext } from "#server/services/context";
import { codeAsCalls, containersIn, isOwnCodeCall } from "#server/services/responses/code-as-calls";
import type { McpInput } from "#server/services/responses/open-mcp";
import { interpreters } from "#server/tools/registry";
import type { CitableFile, Tool } from "#server/tools/tool";

const NAME = "code_interpreter";
const AUTO_NAME = "auto";

/**
 * Makes the code interpreter of a request, unless the model's provider runs it itself, and shows the model the calls of
 * earlier turns. Nothing is made or started before the first call.
 * @throws AppError unknown_tool_type where it is switched off; not_found for a container or a file; invalid_value;
 *   payload_too_large; insufficient_scope; permission_denied; as `readCodeInterpreter` for a tool at fault
 */
export async function openCodeInterpreter({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: McpInput;
}): Promise<Pick<McpInput, "context" | "tools">> {
  const { request, context, tools, model, placeOf } = input;
  const tool = request.tools.find(({ type }) => type === NAME);
  const isConcerned = tool !== undefined || context.items.some(isOwnCodeCall);
  if (!isConcerned || (await model.runsTools?.(ctx.signal))) return { context, tools };
  const shown = { ...context, items: codeAsCalls(context.items) };
  if (!tool) return { context: shown, tools };
  const place = placeOf(tool);
  const asked = readCodeInterpreter(tool, place);
  if (config().CODE_INTERPRETER === "off") throw switchedOff(place);
  const at = { ctx, param: `${place}.container` };
  const made =
    typeof asked === "string"
      ? await openNamed(at, asked)
      : await openAuto(at, { ...asked, known: containersIn(context.items), isStored: request.store });
  return { context: shown, tools: new Map(tools).set(NAME, made) };
}

interface At {
  ctx: ServiceContext;
  /** Of the container, for errors. */
  param: string;
}

/** In a container that the caller has made. */
async function openNamed({ ctx, param }: At, containerId: string): Promise<Tool> {
  requirePermission(ctx.principal, "files.read");
  const { memoryMb } = await requireContainer(ctx, containerId, param);
  return createTool(ctx, { containerId, memoryMb, files: [], paths: await pathsIn(ctx, containerId) });
}

interface Auto {
  fileIds: string[];
  memoryLimit: Parameters<typeof memoryOf>[0];
  /** Containers of earlier calls, the newest first. */
  known: string[];
  /** False: the container ends with the response. */
  isStored: boolean;
}

/**
 * In the container of an earlier call that the model knows of, else in a new one. Calls in the input name containers as a
 * request may, so only who may read files is let into one. A response that is not stored gets a copy, which goes with it.
 */
async function openAuto({ ctx, param }: At, { fileIds, memoryLimit, known, isStored }: Auto): Promise<Tool> {
  const memoryMb = memoryOf(memoryLimit, `${param}.memory_limit`);
  if (fileIds.length > 0) requirePermission(ctx.principal, "files.read");
  const files = await requireFiles(ctx, fileIds, `${param}.file_ids`);
  const { teamId } = ctx.principal;
  const open = hasPermission(ctx.principal, "files.read") ? known : [];
  const earlier = await findFirstContainer(teamId, open, new Date(clock().now()));
  const given = files.map(({ filename }) => `${CONTAINER_FOLDER}/${filename}`);
  const isNew = { containerId: newId("container"), files, isNew: true, isStored };
  if (earlier === null) return createTool(ctx, { ...isNew, memoryMb, paths: given });
  const { memoryMb: has } = await requireContainer(ctx, earlier, param);
  const there = await pathsIn(ctx, earlier);
  const paths = [...new Set([...there, ...given])];
  if (!isStored) return createTool(ctx, { ...isNew, memoryMb: has, paths, copyOf: earlier });
  return createTool(ctx, { containerId: earlier, memoryMb: has, files, paths });
}

async function pathsIn(ctx: ServiceContext, containerId: string): Promise<string[]> {
  return (await findContainerFiles(scopeOf(ctx, containerId))).map(({ path }) => path);
}

interface Opened {
  containerId: string;
  memoryMb: number;
  /** To be in the container before code runs. */
  files: FileRow[];
  /** Of all files, for the model. */
  paths: string[];
  /** True: the first call makes it. */
  isNew?: boolean;
  isStored?: boolean;
  /** The container whose files the new one begins with. */
  copyOf?: string;
}

function createTool(ctx: ServiceContext, opened: Opened): Tool {
  const { containerId, memoryMb, paths, isNew = false, isStored = true } = opened;
  let ready: Promise<void> | null = null;
  return interpreters.create({
    containerId,
    paths,
    run: async (code, signal) => {
      const called = { ...ctx, signal };
      ready ??= prepare(called, opened);
      await ready;
      const result = await runCode({ ctx: called, input: { containerId, memoryMb, code } });
      return { ...result, files: citable(containerId, result) };
    },
    close: async () => {
      if (!isNew || isStored || ready === null) return;
      await ready.catch(() => undefined);
      await deleteContainer(scopeOf(ctx, containerId));
      interpreters.end(ctx.principal.teamId, containerId);
    },
  });
}

/** Makes the container where there is none yet, and copies into it what it lacks of the files. */
async function prepare(ctx: ServiceContext, opened: Opened): Promise<void> {
  const { containerId, memoryMb, files, isNew, copyOf } = opened;
  const now = new Date(clock().now());
  if (isNew) {
    const row: ContainerRow = {
      ...{ id: containerId, name: AUTO_NAME, memoryMb, session: null },
      ...{ expiresAfterMinutes: CONTAINER_MINUTES.default, createdAt: now, lastActiveAt: now },
    };
    await insertContainer(ctx.principal.teamId, row);
  }
  const target = { ctx, containerId, param: "file_ids" };
  if (copyOf !== undefined) await copyContainerFiles(target, copyOf);
  const there = isNew && copyOf === undefined ? [] : await pathsIn(ctx, containerId);
  const lacking = files.filter(({ filename }) => !there.includes(`${CONTAINER_FOLDER}/${filename}`));
  if (lacking.length > 0) await copyFiles(target, lacking);
}

function citable(containerId: string, { files }: CodeResult): CitableFile[] {
  return files.map(({ id, path }) => {
    return { path, containerId, fileId: id, filename: path.slice(path.lastIndexOf("/") + 1) };
  });
}

function switchedOff(place: string): AppError {
  const message =
    "The tool 'code_interpreter' is run by the model's provider, and this model's runs none; this server's own is switched " +
    "off (CODE_INTERPRETER=off).";
  return new AppError("unknown_tool_type", message, { param: `${place}.type`, wireCode: "unsupported_value" });
}
