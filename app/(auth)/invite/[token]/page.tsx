import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { readSession } from "#server/auth/session";
import { isAppError } from "#server/errors";
import { createCaller } from "#server/trpc/caller";
import { createTrpcContext } from "#server/trpc/context";
import { AcceptInvitation } from "./_components/accept-invitation";

export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

async function findInvitation(requestHeaders: Headers, token: string) {
  const context = createTrpcContext({ headers: requestHeaders, signal: new AbortController().signal });
  try {
    return await createCaller(context).team.invitationByToken({ token });
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    if (isAppError(cause) && (cause.code === "not_found" || cause.code === "invalid_value")) return null;
    throw error;
  }
}

/** Where an invitation's link leads: into the team, with a new account or the one signed in. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const requestHeaders = await headers();
  const invitation = await findInvitation(requestHeaders, token);
  const signedIn = (await readSession(requestHeaders.get("cookie"))) !== null;
  // Whoever joined through GitHub, Google or single sign-on comes back here with the link used up.
  if (!invitation && signedIn) redirect("/overview");
  if (!invitation) {
    return (
      <AuthCard title="This invitation does not work any more">
        <p className="text-ink-2 text-md">
          It was used, taken back or is too old. Ask whoever sent it for a new link; each one admits one person.
        </p>
      </AuthCard>
    );
  }
  return <AcceptInvitation token={token} invitation={invitation} signedIn={signedIn} />;
}
