"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { useMay } from "#components/shell/shell-context";
import { Checkbox } from "#components/ui/checkbox";
import { Table, Th } from "#components/ui/table";
import type { StoreFile } from "#components/vector-stores/store-types";
import { FileRow } from "./file-row";
import type { FileSort, FileView } from "./file-view";

export interface FilesTableProps {
  rows: readonly StoreFile[];
  view: FileView;
  onView: (view: FileView) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  /** Null when there are no more, or they are on their way. */
  loadMore: (() => void) | null;
}

const rowHeight = 36;
/** Rows before the end at which the next page is asked for. */
const ahead = 30;

/** The files of a store with their state, as many as there are: only rows in view are in the document. */
export function FilesTable({ rows, view, onView, selected, onSelect, loadMore }: FilesTableProps) {
  const mayWrite = useMay("vectorStores.write");
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (at) => rows[at]?.fileId ?? at,
    overscan: 12,
    initialRect: { width: 0, height: 600 },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (loadMore && last >= rows.length - ahead) loadMore();
  }, [last, rows.length, loadMore]);
  const toggle = (fileId: string) => {
    const next = new Set(selected);
    if (!next.delete(fileId)) next.add(fileId);
    onSelect(next);
  };
  const all = rows.every((row) => selected.has(row.fileId));
  const head = (
    <>
      {mayWrite && (
        <Th className="w-10">
          <Checkbox
            label="Choose all files shown"
            checked={all}
            indeterminate={!all && selected.size > 0}
            onChange={(on) => onSelect(new Set(on ? rows.map((row) => row.fileId) : []))}
          />
        </Th>
      )}
      <SortHead sort="name" label="File" {...{ view, onView }} />
      <Th>Status</Th>
      <SortHead sort="chunks" label="Chunks" align="right" {...{ view, onView }} />
      <SortHead sort="size" label="Size" align="right" {...{ view, onView }} />
      <SortHead sort="added" label="Added" {...{ view, onView }} />
      <Th>
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table
      label="Files"
      head={head}
      keys
      scrollRef={scroller}
      className="max-h-[max(20rem,calc(100dvh-22rem))] rounded-md border bg-surface [&_th]:bg-surface"
    >
      <Spacer height={items[0]?.start ?? 0} />
      {items.map(({ index, key }) => {
        const file = rows[index];
        return (
          file && (
            <FileRow
              key={key}
              ref={virtual.measureElement}
              {...{ file, index }}
              selected={selected.has(file.fileId)}
              onSelect={mayWrite ? () => toggle(file.fileId) : null}
            />
          )
        );
      })}
      <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
    </Table>
  );
}

/** Room for the rows that are out of view. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

interface SortHeadProps {
  sort: FileSort;
  label: string;
  align?: "left" | "right";
  view: FileView;
  onView: (view: FileView) => void;
}

/** A header that sorts: names from a, all else from the largest or newest; again, the other way round. */
function SortHead({ sort, label, align, view, onView }: SortHeadProps) {
  const active = view.sort === sort;
  const first = sort === "name" ? "asc" : "desc";
  const order = active ? (view.order === "asc" ? "desc" : "asc") : first;
  const Arrow = view.order === "asc" ? ArrowUp : ArrowDown;
  return (
    <Th align={align} sort={active ? (view.order === "asc" ? "ascending" : "descending") : "none"}>
      <button
        type="button"
        className="inline-flex items-center gap-1 rounded-xs hover:text-ink"
        onClick={() => onView({ ...view, sort, order })}
      >
        {label}
        {active && <Arrow aria-hidden className="size-3" />}
      </button>
    </Th>
  );
}
