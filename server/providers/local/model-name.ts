import { config } from "#server/config";
import { AppError } from "#server/errors";

/** A model of the hub. */
export interface ModelName {
  /** `owner/name`. */
  id: string;
  /** A branch, tag or commit of its repository. */
  revision: string;
}

/** As users write it, after `local/`. */
export function nameOf({ id, revision }: ModelName): string {
  return revision === "main" ? id : `${id}@${revision}`;
}

const FORM = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([\w-][\w.-]*))?$/;
const ANY = "*";

/** The error for a name with which nothing can be done, now or later. */
export function noSuchModel(name: string, why: string, cause?: unknown): AppError {
  return new AppError("model_not_found", `The model 'local/${name}' cannot be had: ${why}`, { param: "model", cause });
}

/** The models that LOCAL_MODELS and EMBEDDING_MODEL name, as `owner/name` or `owner/name@revision`. */
export function namedModels(): string[] {
  const { LOCAL_MODELS, EMBEDDING_MODEL } = config();
  const listed = LOCAL_MODELS.split(/[\s,]+/).filter((name) => name !== "" && name !== ANY);
  const [, own = null] = /^local\/(.+)$/.exec(EMBEDDING_MODEL) ?? [];
  return [...new Set(own === null ? listed : [own, ...listed])];
}

/**
 * Reads `owner/name` or `owner/name@revision`.
 * @throws AppError model_not_found for another form, and for a model that the operator does not let in
 */
export function parseModelName(name: string): ModelName {
  const [, id, revision = "main"] = FORM.exec(name) ?? [];
  if (id === undefined) throw noSuchModel(name, "name it local/<owner>/<model>, as its hub does.");
  const named = namedModels();
  const anyMay = config()
    .LOCAL_MODELS.split(/[\s,]+/)
    .includes(ANY);
  if (anyMay || named.includes(name) || named.includes(id)) return { id, revision };
  throw noSuchModel(
    name,
    `this server loads ${named.join(", ") || "none"}. Its operator can add others to LOCAL_MODELS.`,
  );
}
