import { z } from "zod";
import {
  InputContentInput,
  type InputFilePart,
  type InputImagePart,
  type InputTextPart,
  MAX_TEXT_LENGTH,
  normalizeInputPart,
} from "#server/protocol/content";

/** What a variable of a prompt stands for. */
export type PromptVariable = string | InputTextPart | InputImagePart | InputFilePart;

/** The request field `prompt`. */
export const PromptInput = z
  .object({
    id: z.string().min(1),
    version: z.string().min(1).nullish(),
    variables: z.record(z.string(), z.union([z.string().max(MAX_TEXT_LENGTH), InputContentInput])).nullish(),
  })
  .meta({ id: "PromptInput" });

/** A template and the values for its variables. `version` is null where the request leaves the choice to the prompt. */
export interface PromptReference {
  id: string;
  version: string | null;
  variables: Record<string, PromptVariable>;
}

/** The field in its full form. */
export function promptReference(prompt: z.infer<typeof PromptInput>): PromptReference {
  const variables = Object.entries(prompt.variables ?? {}).map(([name, value]): [string, PromptVariable] => [
    name,
    typeof value === "string" ? value : normalizeInputPart(value),
  ]);
  return { id: prompt.id, version: prompt.version ?? null, variables: Object.fromEntries(variables) };
}
