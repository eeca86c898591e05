import { config } from "#server/config";
import { AppError } from "#server/errors";
import { namesLoopback, type OutboundPolicy } from "#server/outbound/guard";
import { type OutboundAnswer, outboundFetch } from "#server/outbound/outbound-fetch";
import { type ModelName, noSuchModel } from "#server/providers/local/model-name";
import { listOf, numberOf, objectOf, parseObject, stringOf } from "#server/providers/shared/json";

/** A file of a model's repository. */
export interface HubFile {
  path: string;
  bytes: number;
  /** In hexadecimal; null for small files, of which the hub tells another hash. */
  sha256: string | null;
}

/** What a repository holds at one commit. */
export interface HubModel {
  commit: string;
  files: HubFile[];
}

const LISTING_TIMEOUT_MS = 30_000;

/** The operator names the hub; where it redirects to, it does not, so the guard stands before every connection. */
function policyOf(endpoint: string): OutboundPolicy {
  return { allowLoopback: namesLoopback(endpoint) };
}

function hubUrl(path: string): string {
  return config().HF_ENDPOINT.replace(/\/+$/, "") + path;
}

function headers(): Record<string, string> {
  const { HF_TOKEN } = config();
  return { "user-agent": "rejoinder", ...(HF_TOKEN === undefined ? {} : { authorization: `Bearer ${HF_TOKEN}` }) };
}

/** @throws AppError model_not_found where the hub has or gives none, provider_error for a failure of its own */
function checkStatus({ status }: OutboundAnswer, { id, revision }: ModelName): void {
  if (status === 200) return;
  const hub = config().HF_ENDPOINT;
  if (status === 404) throw noSuchModel(id, `${hub} has no model of this name (revision ${revision}).`);
  if (status === 401 || status === 403) {
    throw noSuchModel(id, `${hub} has no model of this name that may be read with the HF_TOKEN of this server.`);
  }
  throw hubFailed(`${hub} answered with status ${status}`, status);
}

/** The error for what may be over in a moment. */
export function hubFailed(what: string, status: number | null, cause?: unknown): AppError {
  const detail = { provider: "local", status };
  return new AppError("provider_error", `${what}. The model will be fetched at its next use.`, { detail, cause });
}

/**
 * Asks the hub which files a model has. Source: "Hub API Endpoints", GET /api/models/{repo_id}/revision/{revision}.
 * @throws AppError model_not_found, provider_error, provider_timeout, outbound_not_allowed
 */
export async function describeModel(model: ModelName): Promise<HubModel> {
  const url = hubUrl(`/api/models/${model.id}/revision/${model.revision}?blobs=true`);
  const policy = policyOf(config().HF_ENDPOINT);
  const answer = await outboundFetch(url, { headers: headers(), timeoutMs: LISTING_TIMEOUT_MS, policy });
  checkStatus(answer, model);
  const listing = parseObject(answer.body.toString("utf8"));
  const commit = stringOf(listing?.sha);
  if (!commit) throw hubFailed(`${config().HF_ENDPOINT} does not answer as a hub of models does`, answer.status);
  return { commit, files: listOf(listing?.siblings).flatMap(toFile) };
}

function toFile(entry: unknown): HubFile[] {
  const file = objectOf(entry);
  const path = stringOf(file?.rfilename);
  const bytes = numberOf(file?.size);
  if (!path || bytes === null) return [];
  return [{ path, bytes, sha256: stringOf(objectOf(file?.lfs)?.sha256) }];
}

/**
 * Hands a file's bytes on as they arrive.
 * @throws AppError as {@link describeModel}; provider_error when the answer breaks off; the signal's reason
 */
export async function fetchFile(
  { model, commit, file }: { model: ModelName; commit: string; file: HubFile },
  write: (chunk: Buffer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const answer = await outboundFetch(hubUrl(`/${model.id}/resolve/${commit}/${path}`), {
    ...{ headers: headers(), signal, write, maxBytes: file.bytes },
    timeoutMs: config().LOCAL_MODELS_DOWNLOAD_SECONDS,
    policy: policyOf(config().HF_ENDPOINT),
  });
  checkStatus(answer, model);
}
