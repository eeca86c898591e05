"use client";
import { Search } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { FilterChip } from "#components/ui/filter-chip";
import { Select } from "#components/ui/select";
import { type FileView, statusChoices } from "./file-view";

export interface FilesToolbarProps {
  view: FileView;
  onView: (view: FileView) => void;
  /** Files with their box ticked. */
  selected: number;
  onSelectAll: () => void;
  selecting: boolean;
}

/** Which files are shown. */
export function FilesToolbar({ view, onView, selected, onSelectAll, selecting }: FilesToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <NameBox key={view.name} value={view.name} onSearch={(name) => onView({ ...view, name })} />
      <Select
        label="Status"
        size="sm"
        className="w-32"
        value={view.status}
        options={statusChoices}
        onChange={(status) => onView({ ...view, status })}
      />
      {view.name && <FilterChip name="Name has" value={view.name} onRemove={() => onView({ ...view, name: "" })} />}
      {selected > 0 && (
        <Button size="sm" variant="ghost" className="ml-auto" busy={selecting} onClick={onSelectAll}>
          {view.name || view.status !== "all" ? "Select all that match" : "Select all files"}
        </Button>
      )}
    </div>
  );
}

function NameBox({ value, onSearch }: { value: string; onSearch: (name: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <search className="w-64 max-sm:w-full">
      <Form onSubmit={() => onSearch(text.trim())} className="relative">
        <Search
          aria-hidden
          className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-3.5 text-ink-3"
        />
        <Field label={<span className="sr-only">Find by name</span>} className="gap-0">
          <Input
            type="search"
            className="h-7 pl-7 text-sm"
            placeholder="Find by name or folder"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => {
              if (text.trim() !== value) onSearch(text.trim());
            }}
          />
        </Field>
      </Form>
    </search>
  );
}
