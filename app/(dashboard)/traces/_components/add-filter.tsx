"use client";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, ListFilterPlus } from "lucide-react";
import { useState } from "react";
import { useKeyNames } from "#components/api-keys/use-key-names";
import { Form } from "#components/form/form";
import { formatCount } from "#components/format/numbers";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { Field, Input } from "#components/ui/field";
import { Popover } from "#components/ui/popover";
import { itemClass } from "#components/ui/popup-styles";
import { Skeleton } from "#components/ui/skeleton";
import { type FilterName, filterNames, readFilters, type TraceFilters } from "./trace-filters";

type FacetName = keyof Outputs["traces"]["facets"];

export interface AddFilterProps {
  filters: TraceFilters;
  onChange: (filters: TraceFilters) => void;
}

const facetNames: readonly FilterName[] = ["status", "model", "provider", "apiKeyId", "tool"];
const amountNames: readonly FilterName[] = ["minDurationMs", "minCostUsd"];

/** Chooses a filter, then its value among those that occur. */
export function AddFilter({ filters, onChange }: AddFilterProps) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState<FilterName | null>(null);
  const show = (next: boolean) => {
    setOpen(next);
    setName(null);
  };
  const apply = (value: string) => {
    if (!name) return;
    // Through the URL's own reader, which knows what each filter may be.
    const parameters = new URLSearchParams({ [name]: value });
    onChange({ ...filters, ...readFilters(parameters), window: filters.window });
    show(false);
  };
  return (
    <Popover
      open={open}
      onOpenChange={show}
      title="Add a filter"
      className="w-64 p-1"
      trigger={
        <Button size="sm" variant="ghost" icon={ListFilterPlus}>
          Filter
        </Button>
      }
    >
      {name === null ? (
        [...facetNames, ...amountNames].map((each) => (
          <button
            key={each}
            type="button"
            className={cn(itemClass, "w-full cursor-pointer text-left hover:bg-raised")}
            onClick={() => setName(each)}
          >
            <span className="flex-1">{filterNames[each]}</span>
            <ChevronRight aria-hidden className="size-3.5 text-ink-3" />
          </button>
        ))
      ) : amountNames.includes(name) ? (
        <AmountForm name={name} onApply={apply} />
      ) : (
        <FacetList name={name} onApply={apply} />
      )}
    </Popover>
  );
}

function FacetList({ name, onApply }: { name: FilterName; onApply: (value: string) => void }) {
  const trpc = useTRPC();
  const facets = useQuery(trpc.traces.facets.queryOptions({}));
  const keyNames = useKeyNames(name === "apiKeyId");
  const values = facets.data?.[name as FacetName];
  if (facets.error) return <p className="p-2 text-danger">The values could not be loaded.</p>;
  if (!values) return <Skeleton className="m-2 h-20" />;
  if (values.length === 0) return <p className="p-2 text-ink-2">No trace has one.</p>;
  return values.map(({ value, count }) => (
    <button
      key={value}
      type="button"
      className={cn(itemClass, "w-full cursor-pointer text-left hover:bg-raised")}
      onClick={() => onApply(value)}
    >
      <span className="min-w-0 flex-1 truncate">{name === "apiKeyId" ? (keyNames.get(value) ?? value) : value}</span>
      <span className="figures text-ink-3 text-sm">{formatCount(count)}</span>
    </button>
  ));
}

function AmountForm({ name, onApply }: { name: FilterName; onApply: (value: string) => void }) {
  const [text, setText] = useState("");
  const isTime = name === "minDurationMs";
  return (
    <Form onSubmit={() => onApply(text)} className="gap-2 p-2">
      <Field label={isTime ? "Longer than, ms" : "Dearer than, $"}>
        <Input
          autoFocus
          inputMode="decimal"
          placeholder={isTime ? "2000" : "0.05"}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <Button type="submit" size="sm" variant="primary" className="self-end" disabled={!(Number(text) > 0)}>
        Apply
      </Button>
    </Form>
  );
}
