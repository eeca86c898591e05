"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { KeyOnce } from "#components/snippets/key-once";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";

/** The first key, with a request that runs. */
export function KeyStep({ baseUrl, onDone }: { baseUrl: string; onDone: () => void }) {
  const trpc = useTRPC();
  const [name, setName] = useState("First key");
  const create = useMutation(trpc.apiKeys.create.mutationOptions());
  if (create.data) {
    return (
      <AuthCard wide title="Copy the key now" description="It is shown this once. Only its beginning and end are kept.">
        <div className="flex flex-col gap-4">
          <KeyOnce apiKey={create.data.key} baseUrl={baseUrl} />
          <Button variant="primary" size="lg" onClick={onDone}>
            I have it, go on
          </Button>
        </div>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      wide
      title="Create an API key"
      description={
        <>
          Apps call <span className="figures text-base">{baseUrl}/v1</span> with it, through any OpenAI client.
        </>
      }
    >
      <Form onSubmit={() => create.mutate({ name })}>
        <Field label="Name" description="Where it will be used." error={fieldError(create.error, "name")}>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <FormProblem error={create.error} fields={["name"]} />
        <div className="flex justify-end gap-2">
          <Button size="lg" variant="ghost" onClick={onDone}>
            Skip
          </Button>
          <Button type="submit" size="lg" variant="primary" busy={create.isPending}>
            Create key
          </Button>
        </div>
      </Form>
    </AuthCard>
  );
}
