import { LRUCache } from "lru-cache";
import { OPTIONAL_FIELDS, type OptionalField } from "#server/providers/openai-responses/build-request";
import { refusalOf } from "#server/providers/openai-responses/read-error";
import { stringOf } from "#server/providers/shared/json";

const MAX_MODELS = 1_000;
const NONE: ReadonlySet<OptionalField> = new Set();

const holder = globalThis as typeof globalThis & { rejoinderRefusedFields?: LRUCache<string, Set<OptionalField>> };

function memory(): LRUCache<string, Set<OptionalField>> {
  holder.rejoinderRefusedFields ??= new LRUCache({ max: MAX_MODELS });
  return holder.rejoinderRefusedFields;
}

/** The optional fields that a model's server has refused in this process. */
export function refusedFields(model: string): ReadonlySet<OptionalField> {
  return memory().get(model) ?? NONE;
}

/** The optional field that a failure is about, as far as the server says so; null for any other failure. */
function fieldOf(failure: unknown): OptionalField | null {
  const refusal = refusalOf(failure);
  if (!refusal) return null;
  const param = stringOf(refusal.param);
  const message = stringOf(refusal.message) ?? JSON.stringify(refusal);
  // Models that do not reason refuse to give their reasoning, in words of their own.
  if (/encrypted[ _]content/i.test(message)) return "include";
  return OPTIONAL_FIELDS.find((field) => param === field || new RegExp(`\\b${field}\\b`).test(message)) ?? null;
}

/**
 * Remembers the optional field that a server refuses, so that no later request carries it. False when the failure is
 * about something else, or that field has been left out already.
 */
export function learnRefusal(model: string, failure: unknown): boolean {
  const field = fieldOf(failure);
  const known = memory().get(model) ?? new Set();
  if (field === null || known.has(field)) return false;
  memory().set(model, known.add(field));
  return true;
}
