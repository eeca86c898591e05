/** Stands for what is not shown of an address. */
const HIDDEN = "[redacted]";

const USER = /^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i;

/**
 * An MCP server's address as it is shown and kept: servers take keys in queries, so that a query's values are hidden, as
 * are a user's name and password and a fragment. Everything else is as it was written, also of what is no URL.
 */
export function withoutUrlSecrets(url: string): string {
  const [address = "", ...fragment] = url.replace(USER, `$1${HIDDEN}@`).split("#");
  const [place = "", ...query] = address.split("?");
  const shownQuery = query.length > 0 ? `?${query.join("?").split("&").map(withoutValue).join("&")}` : "";
  return place + shownQuery + (fragment.length > 0 ? `#${HIDDEN}` : "");
}

function withoutValue(part: string): string {
  const end = part.indexOf("=");
  if (end < 0) return part === "" ? "" : HIDDEN;
  return end === part.length - 1 ? part : `${part.slice(0, end)}=${HIDDEN}`;
}

/** True for an address of which something has been hidden: no server is reached under it. */
export function isHidden(url: string): boolean {
  return /\[redacted\]|%5Bredacted%5D/i.test(url);
}
