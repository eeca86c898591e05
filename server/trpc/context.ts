import { callerAddress, isSameOrigin, publicOrigin } from "#server/auth/request-origin";
import { readSession, type SessionIdentity } from "#server/auth/session";

/** What every tRPC procedure starts from. The session is read at most once a request, and only when asked for. */
export interface TrpcContext {
  /** Who is signed in, judged by the Session row; null for nobody. */
  session(): Promise<SessionIdentity | null>;
  /** True when the browser says that the request comes from this server's own pages. */
  sameOrigin: boolean;
  /** The caller's address, as far as it can be trusted; null when unknown. */
  address: string | null;
  /** How the browser reaches this server: what one-time links begin with. */
  publicOrigin: string;
  /** Aborted when the caller is gone. */
  signal: AbortSignal;
}

/** The context of an HTTP request. Reads headers only; the session waits until a procedure asks. */
export function createTrpcContext(input: { headers: Headers; signal: AbortSignal }): TrpcContext {
  const { headers, signal } = input;
  const cookieHeader = headers.get("cookie");
  let reading: Promise<SessionIdentity | null> | null = null;
  return {
    session: () => {
      reading ??= readSession(cookieHeader);
      return reading;
    },
    sameOrigin: isSameOrigin(headers),
    address: callerAddress(headers),
    publicOrigin: publicOrigin(headers),
    signal,
  };
}
