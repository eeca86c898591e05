"use client";
import { useMutation } from "@tanstack/react-query";
import { Columns2, Search } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { useMay } from "#components/shell/shell-context";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { Field, Input } from "#components/ui/field";
import { HitsSkeleton } from "#components/vector-stores/hits-skeleton";
import type { Hit, Store } from "#components/vector-stores/store-types";
import { AbsencePanel } from "./absence-panel";
import { type LabSettings, problemOfSettings, START_SETTINGS, toSearchSettings } from "./lab-settings";
import { RankedHits } from "./ranked-hits";
import { SaveQuery } from "./save-query";
import { SettingsFields } from "./settings-fields";

const sides = ["A", "B"] as const;

export interface QueryTabProps {
  store: Store;
  /** One or two: A and B. */
  settings: LabSettings[];
  onSettings: (settings: LabSettings[]) => void;
}

/** A question put to the store with one or two settings, side by side. */
export function QueryTab({ store, settings, onSettings }: QueryTabProps) {
  const client = useTRPCClient();
  const [query, setQuery] = useState("");
  const [expected, setExpected] = useState<Hit[]>([]);
  const mayWrite = useMay("vectorStores.write");
  const search = useMutation({
    mutationFn: async () => {
      setExpected([]);
      const asked = query.trim();
      const inputs = settings.map(toSearchSettings);
      const ask = (input: (typeof inputs)[number]) =>
        client.vectorStores.search.query({ vectorStoreId: store.id, query: asked, ...input });
      return { asked, inputs, results: await Promise.all(inputs.map(ask)) };
    },
  });
  const ready = query.trim() !== "" && settings.every((one) => problemOfSettings(one) === null);
  const [first = START_SETTINGS, second] = settings;
  const compare = () => onSettings(second ? [first] : [first, { ...first }]);
  const toggleExpected = (hit: Hit) => {
    const others = expected.filter((one) => one.chunkId !== hit.chunkId);
    setExpected(others.length < expected.length ? others : [...expected, hit]);
  };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Form onSubmit={() => ready && search.mutate()} className="flex flex-col gap-3">
        <div className="flex flex-wrap items-end gap-2">
          <Field label="Query" className="min-w-64 flex-1">
            <Input
              placeholder="What would somebody ask?"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          </Field>
          <Button icon={Columns2} aria-pressed={settings.length > 1} onClick={compare}>
            {settings.length > 1 ? "One setting" : "Compare two settings"}
          </Button>
          <Button type="submit" variant="primary" icon={Search} busy={search.isPending} disabled={!ready}>
            Search
          </Button>
        </div>
        <div className={cn("grid min-w-0 gap-4", settings.length > 1 && "lg:grid-cols-2")}>
          {settings.map((value, at) => (
            <SettingsFields
              key={sides[at]}
              legend={second ? `Settings ${sides[at]}` : "Settings"}
              value={value}
              onChange={(next) => onSettings(settings.map((one, index) => (index === at ? next : one)))}
            />
          ))}
        </div>
      </Form>
      <FormProblem error={search.error} />
      {search.isPending && <HitsSkeleton />}
      {!search.data && !search.isPending && !search.error && (
        <p className="text-ink-2">
          Ask the store as a model would. Each passage shows its score and place by vectors, by keywords and fused; two
          settings stand side by side.
        </p>
      )}
      {search.data && !search.isPending && (
        <>
          <Results results={search.data.results} expected={expected} onExpect={mayWrite ? toggleExpected : null} />
          {mayWrite && (
            <SaveQuery
              vectorStoreId={store.id}
              query={search.data.asked}
              expected={expected}
              onSaved={() => setExpected([])}
            />
          )}
          <AbsencePanel
            key={JSON.stringify([search.data.asked, search.data.inputs[0]])}
            vectorStoreId={store.id}
            query={search.data.asked}
            settings={search.data.inputs[0] ?? {}}
          />
        </>
      )}
    </div>
  );
}

interface ResultsProps {
  results: Hit[][];
  expected: readonly Hit[];
  onExpect: ((hit: Hit) => void) | null;
}

function Results({ results, expected, onExpect }: ResultsProps) {
  const both = results.length > 1;
  return (
    <div className={cn("grid min-w-0 gap-4", both && "lg:grid-cols-2")}>
      {results.map((hits, at) => (
        <section key={sides[at]} className="flex min-w-0 flex-col gap-2">
          <h2 className="font-medium">
            {both ? `${sides[at]}: ` : ""}
            {hits.length === 1 ? "1 passage" : `${hits.length} passages`}
          </h2>
          <RankedHits
            label={`Results ${sides[at]}`}
            hits={hits}
            other={both ? (results[1 - at] ?? null) : null}
            expected={new Set(expected.map((hit) => hit.chunkId))}
            onExpect={onExpect}
          />
        </section>
      ))}
    </div>
  );
}
