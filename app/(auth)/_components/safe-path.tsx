/** Where a `next` parameter may lead: a path of this server, nothing else. */
export function safePath(next: string | null | undefined): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/overview";
}
