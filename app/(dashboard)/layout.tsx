import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { NoTeam } from "#app/(dashboard)/_components/no-team";
import { inTeam, sidebarCookie } from "#components/shell/me";
import { Shell } from "#components/shell/shell";
import { publicOrigin } from "#server/auth/request-origin";
import { isAppError } from "#server/errors";
import { createCaller } from "#server/trpc/caller";
import { createTrpcContext } from "#server/trpc/context";

async function readAccount(requestHeaders: Headers) {
  const context = createTrpcContext({ headers: requestHeaders, signal: new AbortController().signal });
  try {
    return await createCaller(context).me.get();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    if (isAppError(cause) && cause.code === "unauthenticated") return null;
    throw error;
  }
}

/** Only for people who are signed in; everybody else is led to the sign-in page and back. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const requestHeaders = await headers();
  const account = await readAccount(requestHeaders);
  if (!account) redirect(`/sign-in?next=${encodeURIComponent(requestHeaders.get("x-path") ?? "/overview")}`);
  const me = inTeam(account);
  if (!me) return <NoTeam email={account.user.email} />;
  const collapsed = (await cookies()).get(sidebarCookie)?.value === "collapsed";
  return (
    <Shell me={me} baseUrl={publicOrigin(requestHeaders)} collapsed={collapsed}>
      {children}
    </Shell>
  );
}
