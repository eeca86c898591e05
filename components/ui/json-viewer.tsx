"use client";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { formatBytes, formatPlural } from "#components/format/numbers";
import { cn } from "#components/ui/cn";
import { CopyButton } from "#components/ui/copy-button";

const foldedStringLength = 320;
const rowsAtOnce = 100;

export interface JsonViewerProps {
  value: unknown;
  /** Levels open at first. */
  depth?: number;
  label?: string;
  className?: string;
}

/** A JSON value as a tree: objects and arrays fold, long strings too, each with its size. */
export function JsonViewer({ value, depth = 2, label = "JSON", className }: JsonViewerProps) {
  return (
    <section
      aria-label={label}
      className={cn("group/json relative min-w-0 rounded-md border bg-surface font-mono text-sm leading-5", className)}
    >
      <CopyButton
        text={JSON.stringify(value, null, 2) ?? "null"}
        label="Copy JSON"
        className="absolute top-1 right-1 z-1 bg-surface"
      />
      <div className="scroll-thin overflow-x-auto px-3 py-2.5">
        <JsonNode value={value} depth={depth} />
      </div>
    </section>
  );
}

interface NodeProps {
  name?: string;
  value: unknown;
  depth: number;
}

function JsonNode({ name, value, depth }: NodeProps) {
  if (value !== null && typeof value === "object") return <JsonBranch name={name} value={value} depth={depth} />;
  return (
    <div className="pl-4">
      <JsonName name={name} />
      <JsonLeaf value={value} />
    </div>
  );
}

function JsonName({ name }: { name?: string }) {
  if (name === undefined) return null;
  return (
    <>
      <span className="text-(--code-token-function)">{name}</span>
      <span className="text-ink-3">: </span>
    </>
  );
}

function JsonBranch({ name, value, depth }: { name?: string; value: object; depth: number }) {
  const isList = Array.isArray(value);
  const entries = isList ? value.map((item, at) => [String(at), item] as const) : Object.entries(value);
  const [open, setOpen] = useState(depth > 0);
  const [shown, setShown] = useState(rowsAtOnce);
  const summary = isList ? formatPlural(entries.length, "item") : formatPlural(entries.length, "key");
  if (entries.length === 0) {
    return (
      <div className="pl-4">
        <JsonName name={name} />
        <span className="text-ink-3">{isList ? "[]" : "{}"}</span>
      </div>
    );
  }
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center rounded-xs text-left hover:bg-raised"
      >
        <ChevronRight aria-hidden className={cn("size-3.5 w-4 shrink-0 text-ink-3", open && "rotate-90")} />
        <span>
          <JsonName name={name} />
          <span className="text-ink-3">
            {isList ? "[" : "{"} {summary} {isList ? "]" : "}"}
          </span>
        </span>
      </button>
      {open && (
        <div className="ml-1.75 border-l pl-2">
          {entries.slice(0, shown).map(([key, item]) => (
            <JsonNode key={key} name={key} value={item} depth={depth - 1} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              className="ml-4 text-accent hover:underline"
              onClick={() => setShown(shown + rowsAtOnce)}
            >
              Show {Math.min(rowsAtOnce, entries.length - shown)} of {entries.length - shown} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function JsonLeaf({ value }: { value: unknown }): ReactNode {
  if (typeof value === "string") return <JsonString value={value} />;
  if (value === null || value === undefined) return <span className="text-ink-3">null</span>;
  return <span className="text-(--code-token-constant)">{String(value)}</span>;
}

function JsonString({ value }: { value: string }) {
  const [open, setOpen] = useState(false);
  const folded = value.length > foldedStringLength && !open;
  const text = folded ? value.slice(0, foldedStringLength) : value;
  return (
    <span className="whitespace-pre-wrap text-(--code-token-string) [overflow-wrap:anywhere]">
      "{text}
      {value.length > foldedStringLength ? (
        <button
          type="button"
          onClick={() => setOpen(!open)}
          className="mx-1 rounded-xs bg-raised px-1 font-sans text-ink-2 text-xs hover:text-ink"
        >
          {folded ? `… ${formatBytes(new Blob([value]).size)}, show all` : "fold"}
        </button>
      ) : null}
      "
    </span>
  );
}
