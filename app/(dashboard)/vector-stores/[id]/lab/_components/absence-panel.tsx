"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormProblem } from "#components/form/form-problem";
import { type Outputs, useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Combobox } from "#components/ui/combobox";
import { Panel } from "#components/ui/panel";
import { Callout, Status } from "#components/ui/status";
import { describeCondition } from "#components/vector-stores/filter-json";
import type { SearchSettings } from "./lab-settings";

type Absence = Outputs["retrievalLab"]["explain"];

export interface AbsencePanelProps {
  vectorStoreId: string;
  /** The search that was run. */
  query: string;
  settings: SearchSettings;
}

/** Picks a file and says what keeps it out of the results. */
export function AbsencePanel({ vectorStoreId, query, settings }: AbsencePanelProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const files = useQuery(trpc.vectorStores.files.queryOptions({ vectorStoreId, limit: 100 }));
  const [fileId, setFileId] = useState<string | null>(null);
  const explain = useMutation({
    mutationFn: (chosen: string) =>
      client.retrievalLab.explain.query({ vectorStoreId, query, ...settings, fileId: chosen }),
  });
  const options = (files.data?.rows ?? []).map((file) => ({ value: file.fileId, label: file.filename }));
  return (
    <Panel
      title="Why is a file not here"
      description="The search is run again, of two settings with A, and followed to where the file drops out."
    >
      <div className="flex flex-wrap items-center gap-2">
        <Combobox
          label="File"
          placeholder="Choose a file"
          className="w-72 max-w-full"
          value={fileId}
          onChange={setFileId}
          options={options}
        />
        <Button disabled={!fileId} busy={explain.isPending} onClick={() => fileId && explain.mutate(fileId)}>
          Explain
        </Button>
      </div>
      <FormProblem error={files.error ?? explain.error} />
      {explain.data && !explain.isPending && <AbsenceView absence={explain.data} />}
    </Panel>
  );
}

const reasons: Record<Absence["reason"], string> = {
  present: "It is among the results",
  not_ready: "It is not ready to be searched",
  expired: "It has expired",
  no_passages: "It has no passages",
  filtered: "The filter keeps it out",
  beyond_legs: "Neither vectors nor keywords rank it high enough",
  below_threshold: "Its score is below the least score",
  beyond_limit: "More results come before it than were asked for",
  left_out_later:
    "It was ranked high enough and left out after the fusion, by a ranker or as nearly the same as another",
};

function AbsenceView({ absence }: { absence: Absence }) {
  const { reason, place, standing, conditions } = absence;
  return (
    <div role="status" className="mt-3 flex flex-col gap-3">
      <Callout tone={reason === "present" ? "ok" : "warning"} title={`${reasons[reason]}.`}>
        {place !== null && `Its best passage is result ${place}.`}
        {reason === "not_ready" && (absence.errorMessage ?? `Its state is "${absence.status}".`)}
      </Callout>
      {conditions.length > 0 && (
        <ul aria-label="Conditions" className="flex flex-col gap-1 text-sm">
          {conditions.map(({ condition, holds }) => (
            <li key={describeCondition(condition)} className="flex flex-wrap gap-2">
              <Status tone={holds ? "ok" : "danger"}>{holds ? "holds" : "fails"}</Status>
              <code className="figures [overflow-wrap:anywhere]">{describeCondition(condition)}</code>
            </li>
          ))}
        </ul>
      )}
      {standing && <StandingTable standing={standing} />}
    </div>
  );
}

function StandingTable({ standing }: { standing: NonNullable<Absence["standing"]> }) {
  const { vector, keyword, fused, lastScore } = standing;
  const rows = [
    { name: "Vector", place: vector.place, score: vector.score, last: vector.last },
    { name: "Keyword", place: keyword.place, score: keyword.score, last: keyword.last },
    {
      name: "Fused",
      place: fused?.place ?? null,
      score: fused?.score ?? null,
      last: { place: null, score: lastScore },
    },
  ];
  return (
    <table className="w-full max-w-xl text-sm">
      <caption className="sr-only">Where the best passage stands</caption>
      <thead className="text-ink-3">
        <tr>
          {["Leg", "Place", "Score", "Last place in", "Last score in"].map((title, at) => (
            <th key={title} scope="col" className={at === 0 ? "text-left font-normal" : "text-right font-normal"}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <td className="border-t py-1">{row.name}</td>
            <Figure>{shown(row.place, 0)}</Figure>
            <Figure>{shown(row.score, 3)}</Figure>
            <Figure>{shown(row.last?.place, 0)}</Figure>
            <Figure>{shown(row.last?.score, 3)}</Figure>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figure({ children }: { children: string }) {
  return <td className="figures border-t py-1 text-right">{children}</td>;
}

function shown(value: number | null | undefined, digits: number): string {
  return value == null ? "–" : value.toFixed(digits);
}
