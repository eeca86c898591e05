"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { useShell } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import { Section } from "./section";

/** The person's own name and password. */
export function AccountSection() {
  const { me } = useShell();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(me.user.name ?? "");
  const update = useMutation(
    trpc.me.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() });
        toast({ title: "Saved your name" });
      },
    }),
  );
  return (
    <>
      <Section title="You" description={`${me.user.email}, ${me.role} of ${me.team.name}`}>
        <Form onSubmit={() => update.mutate({ name })}>
          <Field label="Name" error={fieldError(update.error, "name")}>
            <Input autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <FormProblem error={update.error} fields={["name"]} />
          <Button
            type="submit"
            className="self-start"
            busy={update.isPending}
            disabled={name.trim() === "" || name.trim() === me.user.name}
          >
            Save name
          </Button>
        </Form>
      </Section>
      <PasswordSection hasPassword={me.user.hasPassword} />
    </>
  );
}

function PasswordSection({ hasPassword }: { hasPassword: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const change = useMutation(
    trpc.me.changePassword.mutationOptions({
      onSuccess: async ({ revokedSessions }) => {
        setCurrent("");
        setNew("");
        const others = revokedSessions === 1 ? "1 other session" : `${revokedSessions} other sessions`;
        toast({
          title: "Changed your password",
          description: revokedSessions > 0 ? `Signed out ${others}.` : undefined,
        });
        await queryClient.invalidateQueries({ queryKey: trpc.me.pathKey() });
      },
    }),
  );
  return (
    <Section title="Password" description="A new one signs out every other session.">
      <Form onSubmit={() => change.mutate({ currentPassword, newPassword })}>
        {hasPassword && (
          <Field label="Current password" error={fieldError(change.error, "currentPassword")}>
            <Input
              type="password"
              autoComplete="current-password"
              value={currentPassword}
              onChange={(event) => setCurrent(event.target.value)}
            />
          </Field>
        )}
        <Field
          label="New password"
          description="At least 10 characters."
          error={fieldError(change.error, "newPassword")}
        >
          <Input
            type="password"
            autoComplete="new-password"
            value={newPassword}
            onChange={(event) => setNew(event.target.value)}
          />
        </Field>
        <FormProblem error={change.error} fields={["currentPassword", "newPassword"]} />
        <Button type="submit" className="self-start" busy={change.isPending} disabled={newPassword === ""}>
          Change password
        </Button>
      </Form>
    </Section>
  );
}
