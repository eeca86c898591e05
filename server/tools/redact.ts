/** Shorter values are words of a text as likely as secrets. */
const SHORTEST_SECRET = 8;

/** The text without the secret values, also where it quotes them as JSON or leaves out a scheme such as `Bearer`. */
export function withoutValues(values: readonly string[], text: string): string {
  return values
    .flatMap((value) => [value, value.replace(/^\S+\s+/, "")])
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .filter((value) => value.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, value) => left.replaceAll(value, "[redacted]"), text);
}
