"use client";
import { Columns3, Rows3, Rows4 } from "lucide-react";
import { useKeyNames } from "#components/api-keys/use-key-names";
import { SearchBox } from "#components/form/search-field";
import { formatDuration, formatMoney } from "#components/format/numbers";
import { windows } from "#components/format/time-windows";
import { Checkbox } from "#components/ui/checkbox";
import { FilterChip } from "#components/ui/filter-chip";
import { IconButton } from "#components/ui/icon-button";
import { Popover } from "#components/ui/popover";
import { Select } from "#components/ui/select";
import { AddFilter } from "./add-filter";
import { type FilterName, filterNames, type TraceFilters } from "./trace-filters";
import { optionalColumns, type TraceView } from "./trace-view";

export interface FilterBarProps {
  filters: TraceFilters;
  onChange: (filters: TraceFilters) => void;
  view: TraceView;
  onView: (view: TraceView) => void;
}

/** Search, window, the filters in force as chips, and how the list looks. */
export function FilterBar({ filters, onChange, view, onView }: FilterBarProps) {
  const names = Object.keys(filterNames).filter(
    (name): name is FilterName => filters[name as FilterName] !== undefined,
  );
  const keyNames = useKeyNames(filters.apiKeyId !== undefined);
  const without = (name: FilterName) => onChange({ ...filters, [name]: undefined });
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2 lg:px-6">
      <SearchBox
        key={filters.search ?? ""}
        label="Search"
        placeholder="Text, trace or response id"
        value={filters.search ?? ""}
        onSearch={(search) => onChange({ ...filters, search: search || undefined })}
      />
      <Select
        label="Time window"
        size="sm"
        className="w-36"
        value={filters.window}
        options={windows}
        onChange={(window) => onChange({ ...filters, window })}
      />
      {names.map((name) => (
        <FilterChip
          key={name}
          name={filterNames[name]}
          value={shownValue(filters, name, keyNames)}
          onRemove={() => without(name)}
        />
      ))}
      <AddFilter filters={filters} onChange={onChange} />
      <span className="ml-auto flex items-center">
        <ColumnsMenu view={view} onView={onView} />
        <IconButton
          icon={view.dense ? Rows4 : Rows3}
          label={view.dense ? "Comfortable rows" : "Dense rows"}
          aria-pressed={view.dense}
          onClick={() => onView({ ...view, dense: !view.dense })}
        />
      </span>
    </div>
  );
}

function shownValue(filters: TraceFilters, name: FilterName, keyNames: ReadonlyMap<string, string>): string {
  const value = filters[name];
  if (typeof value === "number") return name === "minCostUsd" ? formatMoney(value) : formatDuration(value);
  if (name === "apiKeyId") return keyNames.get(String(value)) ?? String(value);
  return String(value);
}

function ColumnsMenu({ view, onView }: { view: TraceView; onView: (view: TraceView) => void }) {
  return (
    <Popover trigger={<IconButton icon={Columns3} label="Columns" />} title="Columns" align="end" className="w-44">
      <div className="flex flex-col gap-2">
        {optionalColumns.map(({ id, label }) => (
          <Checkbox
            key={id}
            checked={!view.hidden.includes(id)}
            onChange={(shown) =>
              onView({ ...view, hidden: shown ? view.hidden.filter((each) => each !== id) : [...view.hidden, id] })
            }
          >
            {label}
          </Checkbox>
        ))}
      </div>
    </Popover>
  );
}
