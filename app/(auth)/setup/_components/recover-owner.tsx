"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { signInWithPassword } from "#app/(auth)/_components/sign-in-with";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";

/** A new password for an owner who lost theirs, by the link from the server's terminal. */
export function RecoverOwner({ token, emails }: { token: string; emails: string[] }) {
  const client = useTRPCClient();
  const [email, setEmail] = useState(emails[0] ?? "");
  const [password, setPassword] = useState("");
  const recover = useMutation({
    mutationFn: async () => {
      await client.setup.recoverOwner.mutate({ token, email, password });
      await signInWithPassword(email, password);
    },
    onSuccess: () => location.assign("/overview"),
  });
  return (
    <AuthCard
      title="Set a new password"
      description="For an owner of this server. It signs out every session of the account."
    >
      <Form onSubmit={() => recover.mutate()}>
        <Field label="Account" error={fieldError(recover.error, "email")}>
          <Select value={email} onChange={setEmail} options={emails.map((each) => ({ value: each, label: each }))} />
        </Field>
        <Field label="New password" description="At least 10 characters." error={fieldError(recover.error, "password")}>
          <Input
            type="password"
            autoComplete="new-password"
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <FormProblem error={recover.error} fields={["email", "password"]} />
        <Button type="submit" variant="primary" size="lg" busy={recover.isPending || recover.isSuccess}>
          Set password and sign in
        </Button>
      </Form>
    </AuthCard>
  );
}
