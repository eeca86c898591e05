/** An id with its middle cut: prefix and first characters, `…`, last characters. Short ones stay whole. */
export function shortenId(id: string, { head = 6, tail = 6 }: { head?: number; tail?: number } = {}): string {
  const separator = Math.max(id.lastIndexOf("_"), id.startsWith("file-") ? 4 : -1);
  const prefix = separator >= 0 ? id.slice(0, separator + 1) : "";
  const rest = id.slice(prefix.length);
  if (rest.length <= head + tail + 1) return id;
  return `${prefix}${rest.slice(0, head)}…${rest.slice(-tail)}`;
}
