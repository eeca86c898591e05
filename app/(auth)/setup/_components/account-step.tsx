"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { AccountFields, emptyAccount } from "#app/(auth)/_components/account-fields";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { signInWithPassword } from "#app/(auth)/_components/sign-in-with";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";

/** The first account, which owns the first team. */
export function AccountStep({ token, onDone }: { token: string; onDone: () => void }) {
  const client = useTRPCClient();
  const [account, setAccount] = useState(emptyAccount);
  const [teamName, setTeamName] = useState("");
  const create = useMutation({
    mutationFn: async () => {
      await client.setup.createOwner.mutate({ token, ...account, teamName });
      const signedIn = await signInWithPassword(account.email, account.password);
      if (!signedIn) location.assign("/sign-in?next=/setup");
    },
    onSuccess: onDone,
  });
  return (
    <AuthCard
      wide
      title="Make your account"
      description="You own this server’s first team: you invite people, add models and hand out keys."
    >
      <Form onSubmit={() => create.mutate()}>
        <AccountFields value={account} onChange={setAccount} error={create.error} />
        <Field
          label="Team"
          description="What the team is called. It can change."
          error={fieldError(create.error, "teamName")}
        >
          <Input placeholder="Acme" value={teamName} onChange={(event) => setTeamName(event.target.value)} />
        </Field>
        <FormProblem error={create.error} fields={["name", "email", "password", "teamName"]} />
        <Button type="submit" variant="primary" size="lg" busy={create.isPending}>
          Make account
        </Button>
      </Form>
    </AuthCard>
  );
}
