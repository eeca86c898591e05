"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { Page } from "#components/shell/page";
import { FilterBar } from "./filter-bar";
import { filterHref, readFilters, type TraceFilters } from "./trace-filters";
import { TraceList } from "./trace-list";
import { useTraceView } from "./trace-view";

/** The list of traces with its filters. The URL holds the filters, this browser the columns and the density. */
export function TracesPage() {
  const router = useRouter();
  const parameters = useSearchParams();
  const filters = useMemo(() => readFilters(new URLSearchParams(parameters.toString())), [parameters]);
  const [view, setView] = useTraceView();
  const [loadedAt, setLoadedAt] = useState(() => Date.now());
  const change = (next: TraceFilters) => {
    setLoadedAt(Date.now());
    router.replace(filterHref(next), { scroll: false });
  };
  return (
    <Page title="Traces" width="full">
      <FilterBar filters={filters} onChange={change} view={view} onView={setView} />
      <TraceList
        key={`${filterHref(filters)} ${loadedAt}`}
        filters={filters}
        view={view}
        loadedAt={loadedAt}
        onReload={() => setLoadedAt(Date.now())}
        onClear={() => change({ window: "all" })}
      />
    </Page>
  );
}
