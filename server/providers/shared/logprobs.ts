import type { Logprob } from "#server/protocol/content";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";

function toLogprob(value: unknown): Logprob | null {
  const entry = objectOf(value);
  const token = stringOf(entry?.token);
  const logprob = numberOf(entry?.logprob);
  if (!entry || token === null || logprob === null) return null;
  const top = listOf(entry.top_logprobs).flatMap((other) => toLogprob(other) ?? []);
  return {
    token,
    logprob,
    bytes: bytesOf(entry.bytes, token),
    top_logprobs: top.map(({ top_logprobs: _none, ...rest }) => rest),
  };
}

/** The token's bytes; where a vendor does not send them, those of its text. */
function bytesOf(value: unknown, token: string): number[] {
  return Array.isArray(value) ? value.filter((byte) => typeof byte === "number") : [...Buffer.from(token)];
}

/** The token probabilities in a vendor's list; what is none is left out. */
export function toLogprobs(value: unknown): Logprob[] {
  return listOf(value).flatMap((entry) => toLogprob(entry) ?? []);
}
