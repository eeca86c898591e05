"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { toggled } from "#components/form/toggled";
import { formatPlural } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { Checkbox } from "#components/ui/checkbox";
import { Skeleton } from "#components/ui/skeleton";

export interface StorePickerProps {
  value: readonly string[];
  onChange: (ids: string[]) => void;
}

/** The vector stores that the model may search. */
export function StorePicker({ value, onChange }: StorePickerProps) {
  const trpc = useTRPC();
  const stores = useQuery(trpc.vectorStores.list.queryOptions({}));
  const rows = stores.data?.rows ?? [];
  const toggle = (id: string, on: boolean) => onChange(toggled(value, id, on));
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">File search</legend>
      {stores.isPending && <Skeleton className="h-14" />}
      {stores.error && <p className="text-danger text-sm">The vector stores could not be loaded.</p>}
      {stores.data && rows.length === 0 && (
        <p className="text-ink-2 text-sm">
          No vector store yet.{" "}
          <Link href="/vector-stores" className="text-accent underline underline-offset-2">
            Add documents
          </Link>{" "}
          to have them searched and cited.
        </p>
      )}
      {rows.length > 0 && (
        <div className="scroll-thin flex max-h-44 flex-col gap-2 overflow-y-auto rounded-md border p-2.5">
          {rows.map((store) => (
            <Checkbox key={store.id} checked={value.includes(store.id)} onChange={(on) => toggle(store.id, on)}>
              <span className="block truncate">{store.name || store.id}</span>
              <span className="block text-ink-3 text-sm">{formatPlural(store.totals.total, "file")}</span>
            </Checkbox>
          ))}
        </div>
      )}
    </fieldset>
  );
}
