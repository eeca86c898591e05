import { z } from "zod";
import { MEMORY_LIMIT_NAMES, type MemoryLimit, NetworkPolicy } from "#server/protocol/containers";
import { validateAt } from "#server/protocol/validate";

const AutoContainer = z.looseObject({
  type: z.literal("auto"),
  file_ids: z.array(z.string().min(1)).max(50).nullish(),
  memory_limit: z.enum(MEMORY_LIMIT_NAMES).nullish(),
  network_policy: NetworkPolicy.nullish(),
});

const CodeInterpreterInput = z.looseObject({
  type: z.literal("code_interpreter"),
  container: z.union([z.string().min(1), AutoContainer]),
});

/** Where code is to run: in a container by its id, or in one that the response brings. */
export type AskedContainer = string | { fileIds: string[]; memoryLimit: MemoryLimit | null };

/**
 * Reads a code interpreter that is not passed on to a provider. `place`: its path in the request, e.g. `tools[0]`.
 * Throws RequestProblem for the first fault.
 */
export function readCodeInterpreter(tool: object, place: string): AskedContainer {
  const { container } = validateAt(CodeInterpreterInput, tool, place);
  if (typeof container === "string") return container;
  return { fileIds: container.file_ids ?? [], memoryLimit: container.memory_limit ?? null };
}

/** A call that has ended, as far as it is one. */
export const CodeCallMade = z.looseObject({
  type: z.literal("code_interpreter_call"),
  id: z.string(),
  status: z.string().nullish(),
  container_id: z.string().nullish(),
  code: z.string().nullish(),
  outputs: z.array(z.looseObject({ type: z.string(), logs: z.string().nullish() })).nullish(),
});
export type CodeCallMade = z.infer<typeof CodeCallMade>;
