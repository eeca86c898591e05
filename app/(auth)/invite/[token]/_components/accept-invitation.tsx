"use client";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { AccountFields, emptyAccount } from "#app/(auth)/_components/account-fields";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { signInWithPassword } from "#app/(auth)/_components/sign-in-with";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { type Outputs, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";

export interface AcceptInvitationProps {
  token: string;
  invitation: Outputs["team"]["invitationByToken"];
  signedIn: boolean;
}

/** Joins the team as the person signed in, or with a new account. */
export function AcceptInvitation({ token, invitation, signedIn }: AcceptInvitationProps) {
  const client = useTRPCClient();
  const [account, setAccount] = useState({ ...emptyAccount, email: invitation.email ?? "" });
  const join = useMutation({
    mutationFn: async () => {
      const { teamId } = await client.team.acceptInvitation.mutate(signedIn ? { token } : { token, account });
      if (!signedIn) await signInWithPassword(account.email, account.password);
      await client.me.switchTeam.mutate({ teamId });
    },
    onSuccess: () => location.assign("/overview"),
  });
  const busy = join.isPending || join.isSuccess;
  const here = `/invite/${token}`;
  return (
    <AuthCard
      title={`Join ${invitation.teamName}`}
      description={`You are invited as ${invitation.role}.`}
      footer={
        signedIn ? null : (
          <>
            Have an account already?{" "}
            <Link
              href={`/sign-in?next=${encodeURIComponent(here)}`}
              className="text-accent underline underline-offset-2"
            >
              Sign in and come back
            </Link>
          </>
        )
      }
    >
      <Form onSubmit={() => join.mutate()}>
        {!signedIn && <AccountFields value={account} onChange={setAccount} error={join.error} prefix="account." />}
        <FormProblem error={join.error} fields={["account.name", "account.email", "account.password"]} />
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {signedIn ? "Join the team" : "Make account and join"}
        </Button>
      </Form>
    </AuthCard>
  );
}
