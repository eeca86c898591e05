"use client";
import { useMutation } from "@tanstack/react-query";
import { Search } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { formatDuration } from "#components/format/numbers";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { Select } from "#components/ui/select";
import { HitsSkeleton } from "#components/vector-stores/hits-skeleton";
import type { Store } from "#components/vector-stores/store-types";
import { HitCard } from "./hit-card";

const counts = ["5", "10", "20", "50"] as const;
type Count = (typeof counts)[number];

export interface SearchTabProps {
  store: Store;
}

/** Asks the store as a model would, and shows what it would get, with every score. */
export function SearchTab({ store }: SearchTabProps) {
  const client = useTRPCClient();
  const [query, setQuery] = useState("");
  const [count, setCount] = useState<Count>("10");
  const search = useMutation({
    mutationFn: async () => {
      const startedAt = performance.now();
      const hits = await client.vectorStores.search.query({
        vectorStoreId: store.id,
        query: query.trim(),
        maxNumResults: Number(count),
      });
      return { hits, tookMs: performance.now() - startedAt };
    },
  });
  return (
    <div className="flex max-w-240 flex-col gap-4">
      <Form onSubmit={() => query.trim() && search.mutate()} className="flex-row flex-wrap items-end gap-2">
        <Field label="Query" className="min-w-64 flex-1">
          <Input
            placeholder="What would somebody ask?"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </Field>
        <Select
          label="Most results"
          className="w-28"
          value={count}
          onChange={setCount}
          options={counts.map((value) => ({ value, label: `${value} results` }))}
        />
        <Button type="submit" variant="primary" icon={Search} busy={search.isPending} disabled={!query.trim()}>
          Search
        </Button>
      </Form>
      <FormProblem error={search.error} />
      {search.isPending && <HitsSkeleton />}
      {search.data && !search.isPending && (
        <>
          <p className="text-ink-2">
            {search.data.hits.length === 0
              ? "Nothing was found. Try other words, or check that the files are ready."
              : `${search.data.hits.length} passages in ${formatDuration(search.data.tookMs)}, best first.`}
          </p>
          {search.data.hits.map((hit, at) => (
            <HitCard key={hit.chunkId} hit={hit} rank={at + 1} />
          ))}
        </>
      )}
      {!search.data && !search.isPending && !search.error && (
        <p className="text-ink-2">
          Passages are ranked by keywords and by vectors together. Each result shows both scores and the fused one. To
          compare settings, or to see why a file is not found, open the{" "}
          <Link href={`/vector-stores/${store.id}/lab`} className="text-accent underline underline-offset-2">
            retrieval lab
          </Link>
          .
        </p>
      )}
    </div>
  );
}
