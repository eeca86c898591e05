"use client";
import { Users } from "lucide-react";
import { signOut } from "next-auth/react";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";

/** For somebody who has an account and no team. */
export function NoTeam({ email }: { email: string }) {
  return (
    <main className="flex min-h-dvh items-center">
      <EmptyState
        icon={Users}
        title="You are in no team yet"
        action={<Button onClick={() => void signOut({ callbackUrl: "/sign-in" })}>Sign out</Button>}
      >
        You are signed in as {email}. Ask an owner or admin for an invitation link, and open it here.
      </EmptyState>
    </main>
  );
}
