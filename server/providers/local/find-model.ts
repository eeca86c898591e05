import { join } from "node:path";
import { clock, unlessAborted } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { downloadModel } from "#server/providers/local/download-model";
import { type Manifest, readManifest } from "#server/providers/local/manifest";
import { type ModelName, nameOf, noSuchModel } from "#server/providers/local/model-name";
import { modelsFolder } from "#server/providers/local/places";

/** A model on this server's disk. */
export interface LocalModel extends Manifest {
  /** Without `local/`. */
  name: string;
  /** Below the folder of models. */
  path: string;
}

interface Download {
  done: Promise<void>;
  doneBytes: number;
  totalBytes: number;
}

const RETRY_AFTER_MS = 10_000;

const holder = globalThis as typeof globalThis & { rejoinderDownloads?: Map<string, Download> };

/**
 * The model of a name, fetched when it is not on the disk. A download goes on when its caller leaves: one serves all that
 * ask for the model.
 * @throws AppError model_not_found when it cannot be had, provider_error when fetching it failed, overloaded when that
 *   takes longer than LOCAL_MODELS_WAIT_SECONDS
 */
export async function findModel(name: ModelName, signal: AbortSignal): Promise<LocalModel> {
  const path = join(name.id, name.revision);
  const folder = join(modelsFolder(), path);
  const known = await readManifest(folder);
  if (known) return { ...known, path, name: nameOf(name) };
  if (config().HF_HUB_OFFLINE === "on") {
    throw noSuchModel(name.id, `it is not on this server, and HF_HUB_OFFLINE keeps it from being fetched.`);
  }
  await waitFor(downloadOf(name, folder), name, signal);
  const fetched = await readManifest(folder);
  if (!fetched) throw new Error(`the manifest of ${path} cannot be read`);
  return { ...fetched, path, name: nameOf(name) };
}

function downloadOf(name: ModelName, folder: string): Download {
  holder.rejoinderDownloads ??= new Map();
  const downloads = holder.rejoinderDownloads;
  const underWay = downloads.get(folder);
  if (underWay) return underWay;
  const started: Download = { done: Promise.resolve(), doneBytes: 0, totalBytes: 0 };
  started.done = downloadModel(name, folder, (progress) => Object.assign(started, progress)).finally(() =>
    downloads.delete(folder),
  );
  downloads.set(folder, started);
  return started;
}

async function waitFor(download: Download, { id }: ModelName, signal: AbortSignal): Promise<void> {
  const patience = new AbortController();
  const cancel = clock().after(config().LOCAL_MODELS_WAIT_SECONDS, () => patience.abort(stillComing(id, download)));
  try {
    await unlessAborted(download.done, AbortSignal.any([signal, patience.signal]));
  } finally {
    cancel();
  }
}

function stillComing(id: string, { doneBytes, totalBytes }: Download): AppError {
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const message = `The model 'local/${id}' is being fetched: ${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB. Try again in a moment.`;
  return new AppError("overloaded", message, { retryAfterMs: RETRY_AFTER_MS });
}
