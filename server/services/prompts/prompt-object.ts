import { toSeconds } from "#server/clock";
import type { PromptRow, PromptVersionRow } from "#server/db/prompts";
import { AppError } from "#server/errors";
import { type PromptTemplate, variablesOf } from "#server/protocol/prompt-templates";

/** A prompt as the API shows it. Versions are numbers written as strings, as `prompt.version` of a request is. */
export interface PromptObject {
  id: string;
  object: "prompt";
  name: string;
  default_version: string;
  latest_version: string;
  created_at: number;
  updated_at: number;
}

/** One version of a prompt: its template, and the names of the template's variables. */
export interface PromptVersionObject extends PromptTemplate {
  object: "prompt.version";
  prompt_id: string;
  version: string;
  variables: string[];
  created_at: number;
}

/** The row in the API's shape. */
export function toPromptObject(row: PromptRow): PromptObject {
  return {
    id: row.id,
    object: "prompt",
    name: row.name,
    default_version: String(row.defaultVersion),
    latest_version: String(row.latestVersion),
    created_at: toSeconds(row.createdAt.getTime()),
    updated_at: toSeconds(row.updatedAt.getTime()),
  };
}

/** The row in the API's shape. */
export function toPromptVersionObject({ template, ...row }: PromptVersionRow): PromptVersionObject {
  return {
    object: "prompt.version",
    prompt_id: row.promptId,
    version: String(row.version),
    variables: variablesOf(template),
    created_at: toSeconds(row.createdAt.getTime()),
    ...template,
  };
}

/** The answer to an id that the team has no prompt of. */
export function promptNotFound(promptId: string, param = "prompt_id"): AppError {
  return new AppError("not_found", `Prompt with id '${promptId}' not found.`, { param, wireCode: null });
}

/** The answer to a version that a prompt does not have. */
export function promptVersionNotFound(promptId: string, version: string, param = "version"): AppError {
  const message = `Version '${version}' of prompt '${promptId}' not found.`;
  return new AppError("not_found", message, { param, wireCode: null });
}

/** The number that a version is written as; null for what can be none. */
export function versionNumber(version: string): number | null {
  return /^[1-9]\d{0,8}$/.test(version) ? Number(version) : null;
}
