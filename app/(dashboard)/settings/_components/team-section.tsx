"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { useMay, useShell } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CopyId } from "#components/ui/copy-id";
import { FactList } from "#components/ui/fact-list";
import { Field, Input } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import { Section } from "./section";

/** The team's name, and how clients reach it. */
export function TeamSection() {
  const { me, baseUrl } = useShell();
  const mayChange = useMay("team.write");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(me.team.name);
  const update = useMutation(
    trpc.team.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() });
        toast({ title: "Saved the team’s name" });
      },
    }),
  );
  return (
    <>
      <Section title="Team">
        <Form onSubmit={() => update.mutate({ name })}>
          <Field label="Name" error={fieldError(update.error, "name")}>
            <Input value={name} disabled={!mayChange} onChange={(event) => setName(event.target.value)} />
          </Field>
          <FormProblem error={update.error} fields={["name"]} />
          {mayChange && (
            <Button
              type="submit"
              variant="primary"
              className="self-start"
              busy={update.isPending}
              disabled={name.trim() === me.team.name || name.trim() === ""}
            >
              Save name
            </Button>
          )}
        </Form>
      </Section>
      <Section title="Connection" description="What clients need beside an API key.">
        <FactList
          facts={[
            { name: "Base URL", value: <CopyId id={`${baseUrl}/v1`} whole /> },
            { name: "Team id", value: <CopyId id={me.team.id} whole /> },
            {
              name: "Default model",
              value: (
                <Link href="/models" className="rounded-xs text-accent hover:underline">
                  Set under Models
                </Link>
              ),
            },
          ]}
        />
      </Section>
    </>
  );
}
