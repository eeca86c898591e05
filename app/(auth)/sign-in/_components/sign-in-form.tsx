"use client";
import { useMutation } from "@tanstack/react-query";
import { signIn } from "next-auth/react";
import { useState } from "react";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { signInWithPassword } from "#app/(auth)/_components/sign-in-with";
import { Form } from "#components/form/form";
import type { Outputs } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { errorText } from "#components/ui/error-state";
import { Field, Input } from "#components/ui/field";
import { Callout } from "#components/ui/status";

export interface SignInFormProps {
  methods: Outputs["setup"]["state"]["methods"];
  /** Where to go afterwards. */
  next: string;
  /** next-auth's error code of a sign-in elsewhere. */
  problem: string | null;
}

const elsewhereProblems: Record<string, string> = {
  NotInvited: "That account is not a member here. Ask an owner for an invitation, and open its link first.",
  EmailNotVerified: "The provider does not vouch for that account's email address.",
  OAuthCallback: "The provider refused the sign-in, or it took too long. Try again.",
  OAuthAccountNotLinked: "That email belongs to an account with another way to sign in.",
};

/** Email and password, and whatever else the environment sets up. */
export function SignInForm({ methods, next, problem }: SignInFormProps) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: async () => {
      const done = await signInWithPassword(email.trim(), password);
      if (!done) throw new Error("Email or password is wrong.");
    },
    onSuccess: () => location.assign(next),
  });
  const others = methods.filter((method) => method.id !== "credentials");
  const busy = attempt.isPending || attempt.isSuccess;
  return (
    <AuthCard
      title="Sign in"
      footer={
        <>
          Lost the owner’s password? Run{" "}
          <code className="whitespace-nowrap rounded-xs bg-raised px-1">npm run setup-link</code> on the server.
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && (
          <Callout tone="danger">{elsewhereProblems[problem] ?? "The sign-in did not work. Try again."}</Callout>
        )}
        <Form onSubmit={() => attempt.mutate()}>
          <Field label="Email">
            <Input
              type="email"
              autoComplete="username"
              autoFocus
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </Field>
          <Field label="Password" error={attempt.error ? errorText(attempt.error) : null}>
            <Input
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
          <Button type="submit" variant="primary" size="lg" busy={busy} disabled={!email || !password}>
            Sign in
          </Button>
        </Form>
        {others.length > 0 && (
          <>
            <div className="flex items-center gap-3 text-ink-3 text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
              or
            </div>
            {others.map((method) => (
              <Button key={method.id} size="lg" onClick={() => void signIn(method.id, { callbackUrl: next })}>
                Go on with {method.name}
              </Button>
            ))}
          </>
        )}
      </div>
    </AuthCard>
  );
}
