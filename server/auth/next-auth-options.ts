import type { Account, NextAuthOptions, Profile } from "next-auth";
import type { CredentialsConfig } from "next-auth/providers/credentials";
import { parseCookies } from "#server/auth/cookies";
import { nameOf, type OutsideProfile, oauthProviders, verifiedEmailOf } from "#server/auth/oauth-providers";
import { admitOutsideAccount } from "#server/auth/outside-account";
import { signInWithPassword } from "#server/auth/password-sign-in";
import { callerAddress } from "#server/auth/request-origin";
import { secrets } from "#server/auth/secrets";
import { endSession, isSessionLive, usesSecureCookies } from "#server/auth/session";
import { type SignInOrigin, startSession } from "#server/auth/start-session";
import { config, exposeOriginToNextAuth } from "#server/config";
import { findUserByOAuthAccount } from "#server/db/users";
import { isAppError } from "#server/errors";
import { log } from "#server/log";

/**
 * next-auth's options for one request. The cookie carries a session id and a user id; whether they count is decided by
 * the Session row. Failed sign-ins end at `/sign-in?error=…` with CredentialsSignin, TooManyAttempts, Unavailable,
 * NotInvited, EmailNotVerified or one of next-auth's own codes.
 */
export function createAuthOptions(headers: Headers): NextAuthOptions {
  exposeOriginToNextAuth();
  const origin = { address: callerAddress(headers), userAgent: headers.get("user-agent") };
  const maxAge = config().SESSION_TTL_SECONDS / 1000;
  return {
    secret: secrets().sessionSecret,
    useSecureCookies: usesSecureCookies(),
    session: { strategy: "jwt", maxAge },
    jwt: { maxAge },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [passwordProvider(origin), ...oauthProviders()],
    callbacks: callbacksFor(origin, invitationTokenOf(headers)),
    events: {
      async signOut({ token }) {
        if (typeof token?.sid === "string" && token.sub) await endSession({ userId: token.sub, sessionId: token.sid });
      },
    },
    logger: {
      error: (code, metadata) => log().warn({ code, reason: reasonOf(metadata) }, "next-auth"),
      warn: (code) => log().debug({ code }, "next-auth"),
      debug: () => {},
    },
  };
}

function passwordProvider(origin: SignInOrigin): CredentialsConfig {
  return {
    id: "credentials",
    name: "Email and password",
    type: "credentials",
    credentials: { email: { type: "email" }, password: { type: "password" } },
    async authorize(credentials) {
      try {
        const userId = await signInWithPassword(credentials, origin.address);
        return userId === null ? null : { id: userId };
      } catch (error) {
        // next-auth shows the message as `error`; it must be a code and nothing else.
        const limited = isAppError(error) && error.code === "rate_limit_exceeded";
        throw new Error(limited ? "TooManyAttempts" : "Unavailable", { cause: error });
      }
    },
  };
}

function callbacksFor(origin: SignInOrigin, invitationToken: string | null): NextAuthOptions["callbacks"] {
  return {
    async signIn({ account, profile }) {
      if (account?.type !== "oauth") return true;
      const admission = await admitOutsideAccount(toOutsideAccount(account, profile), invitationToken);
      return admission === "admitted" || `/sign-in?error=${admission}`;
    },
    async jwt({ token, account, user }) {
      // Only right after a sign-in is there an account; later calls keep what was signed in.
      if (!account) return token;
      const userId = account.type === "oauth" ? (await findUserByOAuthAccount(account))?.id : user.id;
      if (!userId) throw new Error("Signed in without an account.");
      return { sub: userId, sid: await startSession(userId, origin) };
    },
    async session({ session, token }) {
      const live = typeof token.sid === "string" && (await isSessionLive(token.sid));
      return live ? { expires: session.expires, user: {} } : { expires: session.expires };
    },
    redirect({ url, baseUrl }) {
      if (/^\/(?![/\\])/.test(url)) return `${baseUrl}${url}`;
      return URL.canParse(url) && new URL(url).origin === baseUrl ? url : baseUrl;
    },
  };
}

function toOutsideAccount(account: Account, profile: (Profile & OutsideProfile) | undefined) {
  return {
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    verifiedEmail: verifiedEmailOf(account.provider, profile ?? {}),
    name: profile ? nameOf(profile) : null,
    image: profile?.picture ?? profile?.avatar_url ?? null,
  };
}

// A sign-in that began on `/invite/<token>` has that page as its callback URL, which next-auth keeps in a cookie.
function invitationTokenOf(headers: Headers): string | null {
  const name = `${usesSecureCookies() ? "__Secure-" : ""}next-auth.callback-url`;
  const callbackUrl = parseCookies(headers.get("cookie"))[name] ?? "";
  return /\/invite\/([A-Za-z0-9_-]{20,100})$/.exec(callbackUrl)?.[1] ?? null;
}

// Only what the identity provider answered is worth telling; other messages may quote tokens.
function reasonOf(metadata: unknown): string | null {
  const inner = typeof metadata === "object" && metadata !== null && "error" in metadata ? metadata.error : metadata;
  if (!(inner instanceof Error)) return null;
  return ["OAuthCallbackError", "OPError", "RPError"].includes(inner.name) ? inner.message : inner.name;
}
