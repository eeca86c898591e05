import ipaddr from "ipaddr.js";

/** Addresses in public ranges that belong to a cloud's own machinery all the same. */
const METADATA = new Set(["168.63.129.16"]);

/** What OUTBOUND_ALLOW names: hosts (`api.lan`, `*.lan`), addresses and CIDR ranges. */
export interface AllowList {
  hosts: ReadonlySet<string>;
  /** Without the `*`: `.lan`. */
  suffixes: readonly string[];
  ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

const BRACKETS = /^\[|\]$/g;

/** Reads OUTBOUND_ALLOW: entries between commas or spaces; what is no address and no range counts as a host. */
export function parseAllowList(text: string): AllowList {
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const raw of text.split(/[\s,]+/)) {
    const entry = raw.trim().toLowerCase();
    const bare = entry.replace(BRACKETS, "");
    if (entry === "") continue;
    if (ipaddr.isValidCIDR(bare)) ranges.push(ipaddr.parseCIDR(bare));
    else if (isAddress(bare)) ranges.push(wholeAddress(bare));
    else if (entry.startsWith("*.") || entry.startsWith(".")) suffixes.push(entry.replace(/^\*/, ""));
    else hosts.add(entry.replace(/^https?:\/\//, "").replace(/[/:].*$/, ""));
  }
  return { hosts, suffixes, ranges };
}

/** True for an IPv4 or IPv6 address in its usual spelling. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function wholeAddress(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** True when the operator named the host itself. */
export function allowsHost(list: AllowList, hostname: string): boolean {
  const host = hostname.toLowerCase().replace(BRACKETS, "").replace(/\.$/, "");
  return list.hosts.has(host) || list.suffixes.some((suffix) => host.endsWith(suffix));
}

/** True when the operator named the address or a range around it. */
export function allowsAddress(list: AllowList, text: string): boolean {
  const address = ipaddr.process(text);
  return list.ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
}

/**
 * Why an address must not be reached from a URL that a user named: `loopback`, `private`, `linkLocal`, `metadata`,
 * or another of ipaddr.js' range names; null for a public one. IPv4 inside IPv6 counts as the IPv4 it is.
 */
export function rangeAtFault(text: string): string | null {
  const address = ipaddr.process(text);
  if (METADATA.has(address.toString())) return "metadata";
  const range = address.range();
  return range === "unicast" ? null : range;
}
