import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { isAppError } from "#server/errors";
import { log } from "#server/log";
import { chooseFiles, POOLING_FILE } from "#server/providers/local/choose-files";
import { describeModel, fetchFile, type HubFile, hubFailed } from "#server/providers/local/hub";
import { type Manifest, manifestPath, type Pooling } from "#server/providers/local/manifest";
import { type ModelName, noSuchModel } from "#server/providers/local/model-name";
import { objectOf, parseObject } from "#server/providers/shared/json";

/** Told of every byte that has come. */
export type OnProgress = (progress: { doneBytes: number; totalBytes: number }) => void;

const PART = ".part-";

/**
 * Fetches a model into `folder`, which appears whole or not at all: every file is held to the length and hash that the
 * hub tells of it.
 * @throws AppError model_not_found when the model cannot be had or run, provider_error when another try may help,
 *   outbound_not_allowed
 */
export async function downloadModel(model: ModelName, folder: string, onProgress: OnProgress): Promise<void> {
  const { commit, files: all } = await describeModel(model);
  const chosen = chooseFiles(all);
  if (typeof chosen === "string") throw noSuchModel(model.id, chosen);
  await removeLeftovers(folder);
  const part = `${folder}${PART}${randomUUID()}`;
  const totalBytes = chosen.files.reduce((sum, file) => sum + file.bytes, 0);
  log().info({ model: model.id, commit, bytes: totalBytes }, "fetching a model");
  let doneBytes = 0;
  try {
    for (const file of chosen.files) {
      await download({ model, commit, file, path: join(part, file.path) }, (bytes) => {
        doneBytes += bytes;
        onProgress({ doneBytes, totalBytes });
      });
    }
    const manifest: Manifest = { commit, dtype: chosen.dtype, pooling: await readPooling(part) };
    await writeFile(manifestPath(part), JSON.stringify(manifest));
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  log().info({ model: model.id, commit, bytes: totalBytes }, "a model has been fetched");
}

/** What a killed process left of a download; one that another process still writes to is young. */
async function removeLeftovers(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(basename(folder) + PART)) continue;
    const path = join(dirname(folder), name);
    const changedAt = (await stat(path).catch(() => null))?.mtimeMs ?? 0;
    if (changedAt < clock().now() - config().LOCAL_MODELS_DOWNLOAD_SECONDS)
      await rm(path, { recursive: true, force: true });
  }
}

interface Download {
  model: ModelName;
  commit: string;
  file: HubFile;
  /** Where it goes on the disk. */
  path: string;
}

async function download({ path, ...source }: Download, onBytes: (bytes: number) => void): Promise<void> {
  const { file } = source;
  await mkdir(dirname(path), { recursive: true });
  const [handle, hash, watch] = [await open(path, "wx"), createHash("sha256"), watchSilence(file.path)];
  let bytes = 0;
  try {
    const write = async (chunk: Buffer) => {
      watch.heard();
      hash.update(chunk);
      bytes += chunk.length;
      await handle.write(chunk);
      onBytes(chunk.length);
    };
    await fetchFile(source, write, watch.signal);
  } catch (error) {
    if (isAppError(error) && (error.code === "model_not_found" || error.code === "outbound_not_allowed")) throw error;
    throw hubFailed(`The download of '${file.path}' broke off after ${bytes} of ${file.bytes} bytes`, null, error);
  } finally {
    watch.stop();
    await handle.close();
  }
  if (bytes !== file.bytes) {
    throw hubFailed(`The download of '${file.path}' ended after ${bytes} of ${file.bytes} bytes`, null);
  }
  if (file.sha256 !== null && hash.digest("hex") !== file.sha256) {
    throw hubFailed(`The download of '${file.path}' is not what the hub says it is (SHA-256)`, null);
  }
}

/** A signal that aborts when nothing has been heard for PROVIDER_IDLE_TIMEOUT_SECONDS. */
function watchSilence(path: string): { signal: AbortSignal; heard(): void; stop(): void } {
  const abort = new AbortController();
  const ms = config().PROVIDER_IDLE_TIMEOUT_SECONDS;
  const wait = () => clock().after(ms, () => abort.abort(new Error(`nothing came of ${path} for ${ms / 1000} s`)));
  let cancel = wait();
  const heard = () => {
    cancel();
    cancel = wait();
  };
  return { signal: abort.signal, heard, stop: () => cancel() };
}

/** As sentence-transformers notes it; the mean where nothing is noted. */
async function readPooling(folder: string): Promise<Pooling> {
  const noted = objectOf(parseObject(await readFile(join(folder, POOLING_FILE), "utf8").catch(() => "{}")));
  if (noted?.pooling_mode_cls_token === true) return "cls";
  return noted?.pooling_mode_lasttoken === true ? "last_token" : "mean";
}
