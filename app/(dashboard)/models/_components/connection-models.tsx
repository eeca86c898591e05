"use client";
import { useQuery } from "@tanstack/react-query";
import { Plug } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { SearchField } from "#components/form/search-field";
import { formatPlural } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button, buttonClass } from "#components/ui/button";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { Select } from "#components/ui/select";
import { TableSkeleton } from "#components/ui/skeleton";
import { type CatalogueModel, ModelsTable } from "./models-table";

const ROWS_AT_ONCE = 100;
const EVERY = "";

/** Every model of every connection, found by typing. */
export function ConnectionModels() {
  const trpc = useTRPC();
  const picker = useQuery(trpc.models.list.queryOptions());
  const maySeeProviders = useMay("providers.read");
  const providers = maySeeProviders && (
    <Link href="/providers" className={buttonClass({ size: "sm" })}>
      <Plug aria-hidden />
      Providers
    </Link>
  );
  return (
    <Panel title="Models" description="What the team’s connections offer, as apps name it." action={providers} flush>
      <QueryView
        query={picker}
        title="The models could not be loaded"
        skeleton={<TableSkeleton rows={6} columns={5} />}
      >
        {({ models, defaultModel }) => (
          <FoundModels models={models.filter((model) => model.targets === null)} defaultModel={defaultModel} />
        )}
      </QueryView>
    </Panel>
  );
}

function FoundModels({ models, defaultModel }: { models: readonly CatalogueModel[]; defaultModel: string }) {
  const [text, setText] = useState("");
  const [connection, setConnection] = useState(EVERY);
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const wanted = text.trim().toLowerCase();
  const found = models.filter(
    (model) => model.id.toLowerCase().includes(wanted) && (connection === EVERY || model.provider === connection),
  );
  const connections = [...new Set(models.map((model) => model.provider))];
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-t px-4 py-2">
        <search className="w-64 max-sm:w-full">
          <SearchField label="Search models" value={text} onChange={setText} />
        </search>
        {connections.length > 1 && (
          <Select
            label="Connection"
            size="sm"
            className="w-44"
            value={connection}
            onChange={setConnection}
            options={[
              { value: EVERY, label: "Every connection" },
              ...connections.map((name) => ({ value: name, label: name })),
            ]}
          />
        )}
        <span className="ml-auto text-ink-3 text-sm" aria-live="polite">
          {formatPlural(found.length, "model")}
        </span>
      </div>
      {found.length === 0 ? (
        <p className="border-t px-4 py-4 text-ink-2">
          No model is called that. A name that no list has may still work.
        </p>
      ) : (
        <ModelsTable models={found.slice(0, shown)} defaultModel={defaultModel} />
      )}
      {found.length > shown && (
        <Button size="sm" className="mx-4 my-3" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
          Show {Math.min(ROWS_AT_ONCE, found.length - shown)} more
        </Button>
      )}
    </>
  );
}
