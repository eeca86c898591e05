/** The cookies of a Cookie header, by name. A value that is not valid percent-encoding is kept as it stands. */
export function parseCookies(header: string | null): Record<string, string> {
  const pairs = (header ?? "").split(";").flatMap((part): [string, string][] => {
    const [, name, value] = /^\s*([^=\s]+)=(.*)$/.exec(part) ?? [];
    return name === undefined || value === undefined ? [] : [[name, decode(value.trim())]];
  });
  return Object.fromEntries(pairs);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
