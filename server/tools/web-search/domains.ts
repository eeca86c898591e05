/** Which hosts a search may show, and a model open. */
export interface DomainRules {
  allowedDomains: readonly string[];
  blockedDomains: readonly string[];
}

function isWithin(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** True for a URL whose host, or a domain above it, is allowed and not blocked. */
export function isOpenTo(url: string, { allowedDomains, blockedDomains }: DomainRules): boolean {
  const host = URL.parse(url)?.hostname.replace(/\.$/, "");
  if (!host) return false;
  return (allowedDomains.length === 0 || isWithin(host, allowedDomains)) && !isWithin(host, blockedDomains);
}
