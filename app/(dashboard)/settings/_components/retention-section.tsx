"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { FactList } from "#components/ui/fact-list";
import { Field, Input } from "#components/ui/field";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { toast } from "#components/ui/toast";
import { Section } from "./section";

/** Days that things are kept. */
interface Retention {
  responseRetentionDays: number;
  traceRetentionDays: number;
}

const DESCRIPTION =
  "How long the team’s data is kept. What is older goes within the hour; files stay until you delete them.";

function inDays(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

/** How long the team's responses and traces are kept. */
export function RetentionSection() {
  const trpc = useTRPC();
  const mayChange = useMay("team.write");
  const team = useQuery(trpc.team.get.queryOptions());
  return (
    <Section title="Retention" description={DESCRIPTION}>
      <QueryView
        query={team}
        title="The retention could not be loaded"
        skeleton={<Skeleton className="h-32 max-w-96" />}
      >
        {({ responseRetentionDays, traceRetentionDays, maxTraceRetentionDays }) => {
          const kept = {
            responseRetentionDays,
            traceRetentionDays: Math.min(traceRetentionDays, maxTraceRetentionDays),
          };
          return mayChange ? (
            <RetentionForm key={JSON.stringify(kept)} kept={kept} maxTraceDays={maxTraceRetentionDays} />
          ) : (
            <FactList
              facts={[
                { name: "Responses", value: inDays(kept.responseRetentionDays) },
                { name: "Traces", value: inDays(kept.traceRetentionDays) },
              ]}
            />
          );
        }}
      </QueryView>
    </Section>
  );
}

function RetentionForm({ kept, maxTraceDays }: { kept: Retention; maxTraceDays: number }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [responses, setResponses] = useState(String(kept.responseRetentionDays));
  const [traces, setTraces] = useState(String(kept.traceRetentionDays));
  const wanted: Retention = { responseRetentionDays: Number(responses), traceRetentionDays: Number(traces) };
  const update = useMutation(
    trpc.team.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.team.get.queryKey() });
        toast({ title: "Saved the retention" });
      },
    }),
  );
  const isSame =
    wanted.responseRetentionDays === kept.responseRetentionDays &&
    wanted.traceRetentionDays === kept.traceRetentionDays;
  return (
    <Form onSubmit={() => update.mutate(wanted)} className="max-w-96">
      <Field
        label="Responses, in days"
        description="With their items and events; stored chat completions too. Conversations keep their items."
        error={fieldError(update.error, "responseRetentionDays")}
      >
        <Input
          type="number"
          min={1}
          inputMode="numeric"
          className="max-w-28"
          value={responses}
          onChange={(event) => setResponses(event.target.value)}
        />
      </Field>
      <Field
        label="Traces, in days"
        description={`This server keeps them for at most ${inDays(maxTraceDays)}.`}
        error={fieldError(update.error, "traceRetentionDays")}
      >
        <Input
          type="number"
          min={1}
          inputMode="numeric"
          className="max-w-28"
          value={traces}
          onChange={(event) => setTraces(event.target.value)}
        />
      </Field>
      <FormProblem error={update.error} fields={["responseRetentionDays", "traceRetentionDays"]} />
      <Button
        type="submit"
        variant="primary"
        className="self-start"
        busy={update.isPending}
        disabled={isSame || responses.trim() === "" || traces.trim() === ""}
      >
        Save retention
      </Button>
    </Form>
  );
}
