import type { NextAuthOptions } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { z } from "zod";
import { signInMethods } from "#server/auth/sign-in-methods";
import { config } from "#server/config";

type Provider = NextAuthOptions["providers"][number];

/** What we read of a provider's answer about a person. */
export interface OutsideProfile {
  sub?: string;
  id?: string | number;
  email?: string | null;
  email_verified?: boolean | string;
  name?: string | null;
  login?: string;
  preferred_username?: string;
  picture?: string | null;
  avatar_url?: string | null;
}

const GithubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** GitHub, Google and generic OIDC, those whose variables are set. */
export function oauthProviders(): Provider[] {
  const makers = { github, google, oidc };
  return signInMethods().flatMap(({ id, name }) => (id === "credentials" ? [] : [makers[id](name)]));
}

/**
 * The email that the provider vouches for, lower-cased, or null. Where an OIDC provider does not say (the operator
 * chose it, and several leave the claim out) its email counts; an explicit `false` never does.
 */
export function verifiedEmailOf(provider: string, profile: OutsideProfile): string | null {
  const { email, email_verified: verified } = profile;
  if (!email) return null;
  const vouched = verified === true || verified === "true" || (provider === "oidc" && verified === undefined);
  return vouched ? email.trim().toLowerCase() : null;
}

/** The name to show: what the provider calls the person. */
export function nameOf(profile: OutsideProfile): string | null {
  return profile.name ?? profile.preferred_username ?? profile.login ?? null;
}

function toUser(profile: OutsideProfile) {
  const image = profile.picture ?? profile.avatar_url ?? null;
  return { id: String(profile.sub ?? profile.id ?? ""), name: nameOf(profile), email: profile.email ?? null, image };
}

function google(name: string): OAuthConfig<OutsideProfile> {
  return {
    id: "google",
    name,
    type: "oauth",
    wellKnown: "https://accounts.google.com/.well-known/openid-configuration",
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    clientId: config().GOOGLE_CLIENT_ID,
    clientSecret: config().GOOGLE_CLIENT_SECRET,
    profile: toUser,
  };
}

function oidc(name: string): OAuthConfig<OutsideProfile> {
  const issuer = (config().OIDC_ISSUER ?? "").replace(/\/$/, "");
  return {
    id: "oidc",
    name,
    type: "oauth",
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    clientId: config().OIDC_CLIENT_ID,
    clientSecret: config().OIDC_CLIENT_SECRET,
    profile: toUser,
  };
}

function github(name: string): OAuthConfig<OutsideProfile> {
  return {
    id: "github",
    name,
    type: "oauth",
    issuer: "https://github.com/login/oauth",
    authorization: {
      url: "https://github.com/login/oauth/authorize",
      params: { scope: "read:user user:email" },
    },
    token: "https://github.com/login/oauth/access_token",
    userinfo: {
      url: "https://api.github.com/user",
      // The profile's own email says nothing about who it belongs to; the list of emails says which is verified.
      async request({ client, tokens }) {
        const profile = await client.userinfo(tokens.access_token ?? "");
        const email = await githubEmail(tokens.access_token ?? "");
        return { ...profile, email: email ?? undefined, email_verified: email !== null };
      },
    },
    checks: ["pkce", "state"],
    clientId: config().GITHUB_CLIENT_ID,
    clientSecret: config().GITHUB_CLIENT_SECRET,
    profile: toUser,
  };
}

async function githubEmail(accessToken: string): Promise<string | null> {
  const response = await fetch("https://api.github.com/user/emails", {
    headers: { authorization: `token ${accessToken}`, "user-agent": "rejoinder" },
    signal: AbortSignal.timeout(10_000),
  });
  const emails = GithubEmails.safeParse(response.ok ? await response.json() : null);
  return emails.data?.find((candidate) => candidate.primary && candidate.verified)?.email ?? null;
}
