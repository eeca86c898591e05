import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { publicOrigin } from "#server/auth/request-origin";
import { readSession } from "#server/auth/session";
import { createCaller } from "#server/trpc/caller";
import { createTrpcContext } from "#server/trpc/context";
import { DeadSetupLink } from "./_components/dead-setup-link";
import { RecoverOwner } from "./_components/recover-owner";
import { SetupWizard } from "./_components/setup-wizard";
import { stepAfterAccount } from "./_components/steps";

// The link is a secret: no page it leads to may learn it.
export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

type Search = Promise<Record<string, string | string[] | undefined>>;

/** Makes the first account by the printed link and goes on to provider, key and document; also recovers an owner. */
export default async function SetupPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const token = typeof search.token === "string" ? search.token : undefined;
  const requestHeaders = await headers();
  const baseUrl = publicOrigin(requestHeaders);
  const context = createTrpcContext({ headers: requestHeaders, signal: new AbortController().signal });
  const state = await createCaller(context).setup.state({ token });
  if (token !== undefined && state.link?.use === "createOwner") {
    return <SetupWizard baseUrl={baseUrl} token={token} firstStep="account" />;
  }
  if (token !== undefined && state.link?.use === "recoverOwner") {
    return <RecoverOwner token={token} emails={state.link.ownerEmails} />;
  }
  if (token === undefined && (await readSession(requestHeaders.get("cookie")))) {
    return <SetupWizard baseUrl={baseUrl} token={null} firstStep={stepAfterAccount(search.step)} />;
  }
  if (token === undefined && !state.needsOwner) redirect("/sign-in?next=/setup");
  return <DeadSetupLink hasOwner={!state.needsOwner} />;
}
