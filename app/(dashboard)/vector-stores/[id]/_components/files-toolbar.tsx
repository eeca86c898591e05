"use client";
import { SearchBox } from "#components/form/search-field";
import { Button } from "#components/ui/button";
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
      <SearchBox
        key={view.name}
        label="Find by name"
        placeholder="Find by name or folder"
        value={view.name}
        onSearch={(name) => onView({ ...view, name })}
      />
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
