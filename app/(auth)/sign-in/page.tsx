import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { safePath } from "#app/(auth)/_components/safe-path";
import { readSession } from "#server/auth/session";
import { createCaller } from "#server/trpc/caller";
import { createTrpcContext } from "#server/trpc/context";
import { NoOwnerYet } from "./_components/no-owner-yet";
import { SignInForm } from "./_components/sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

type Search = Promise<Record<string, string | string[] | undefined>>;

function one(value: string | string[] | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** Signs a person in, or tells how the first account is made. */
export default async function SignInPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const next = safePath(one(search.next) ?? one(search.callbackUrl));
  const requestHeaders = await headers();
  if (await readSession(requestHeaders.get("cookie"))) redirect(next);
  const context = createTrpcContext({ headers: requestHeaders, signal: new AbortController().signal });
  const state = await createCaller(context).setup.state();
  if (state.needsOwner) return <NoOwnerYet />;
  return <SignInForm methods={state.methods} next={next} problem={one(search.error)} />;
}
