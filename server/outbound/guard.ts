import { lookup } from "node:dns/promises";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import {
  type AllowList,
  allowsAddress,
  allowsHost,
  isAddress,
  parseAllowList,
  rangeAtFault,
} from "#server/outbound/address-policy";

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** All addresses of a host name. */
export type Resolver = (hostname: string) => Promise<ResolvedAddress[]>;

/** How strict the guard is for one URL. */
export interface OutboundPolicy {
  /** True while loopback may be reached: an owner's own machine, with HOST on loopback. */
  allowLoopback: boolean;
  /** Replaces the system's resolver (tests). */
  resolve?: Resolver;
}

const RESOLVE_PATIENCE_MS = 3_000;
const SCHEMES = new Set(["http:", "https:"]);

const resolveBySystem: Resolver = (hostname) => lookup(hostname, { all: true, verbatim: true });

let parsed: { text: string; list: AllowList } | null = null;

function allowList(): AllowList {
  const text = config().OUTBOUND_ALLOW;
  if (parsed?.text !== text) parsed = { text, list: parseAllowList(text) };
  return parsed.list;
}

function refuse(message: string): AppError {
  return new AppError("outbound_not_allowed", message);
}

function refuseRange(hostname: string, range: string): AppError {
  const host = hostname.replace(/^\[|\]$/g, "");
  return refuse(
    `"${host}" leads to an address that users may not name (${range}). ` +
      `If this server should reach it, its operator adds it to OUTBOUND_ALLOW: OUTBOUND_ALLOW=${host}`,
  );
}

/**
 * Parses a URL that a user named: http or https, no user name or password in it, and no address that is out of bounds
 * in whatever spelling. Says nothing yet about what its host name resolves to.
 * @throws AppError outbound_not_allowed
 */
export function parseOutboundUrl(text: string, policy: OutboundPolicy): URL {
  const url = URL.parse(text);
  if (!url) throw refuse("This is not a URL. Give one that begins with http:// or https://.");
  if (!SCHEMES.has(url.protocol))
    throw refuse(`Only http and https are spoken here, not "${url.protocol.replace(":", "")}".`);
  if (url.username !== "" || url.password !== "") throw refuse("A URL may not carry a user name or password.");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isAddress(host)) checkAddresses(url.hostname, [host], policy);
  return url;
}

/** True for an address that is this machine's by its spelling. A name that turns out to lead here is not enough. */
export function namesLoopback(url: string | null): boolean {
  const host = URL.parse(url ?? "")?.hostname ?? "";
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}

/** @throws AppError outbound_not_allowed when any of a host's addresses is out of bounds */
export function checkAddresses(hostname: string, addresses: string[], policy: OutboundPolicy): void {
  const list = allowList();
  if (allowsHost(list, hostname)) return;
  for (const address of addresses) {
    const range = rangeAtFault(address);
    if (range === null || allowsAddress(list, address)) continue;
    if (range === "loopback" && policy.allowLoopback) continue;
    throw refuseRange(hostname, range);
  }
}

/**
 * The addresses of a host that may be connected to: all of them, or none when one is out of bounds.
 * @throws AppError outbound_not_allowed; the resolver's own error when the name is unknown
 */
export async function resolveChecked(hostname: string, policy: OutboundPolicy): Promise<ResolvedAddress[]> {
  const addresses = await (policy.resolve ?? resolveBySystem)(hostname);
  const texts = addresses.map(({ address }) => address);
  checkAddresses(hostname, texts, policy);
  return addresses;
}

/**
 * Parses and resolves a URL that a user named, for a first answer when it is entered; each connection is checked again.
 * A host that cannot be resolved now may be tried later.
 * @throws AppError outbound_not_allowed
 */
export async function checkOutboundUrl(text: string, policy: OutboundPolicy): Promise<URL> {
  const url = parseOutboundUrl(text, policy);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isAddress(host)) return url;
  const patience = Promise.withResolvers<void>();
  const cancel = clock().after(RESOLVE_PATIENCE_MS, patience.resolve);
  try {
    await Promise.race([resolveChecked(host, policy), patience.promise]);
  } catch (error) {
    if (isAppError(error)) throw error;
  } finally {
    cancel();
  }
  return url;
}
