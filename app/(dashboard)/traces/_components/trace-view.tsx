"use client";
import { useSyncExternalStore } from "react";

export const optionalColumns = [
  { id: "model", label: "Model" },
  { id: "tools", label: "Tools" },
  { id: "caller", label: "Caller" },
  { id: "firstToken", label: "First token" },
  { id: "tokens", label: "Tokens" },
  { id: "cost", label: "Cost" },
] as const;

export type ColumnId = (typeof optionalColumns)[number]["id"];

/** How this browser shows the list. */
export interface TraceView {
  dense: boolean;
  hidden: ColumnId[];
}

const storageKey = "rejoinder-traces-view";
const fallback: TraceView = { dense: false, hidden: [] };
const listeners = new Set<() => void>();
let cache: { text: string | null; view: TraceView } = { text: null, view: fallback };

function parse(text: string | null): TraceView {
  try {
    const value: unknown = text === null ? null : JSON.parse(text);
    if (typeof value !== "object" || value === null) return fallback;
    const hidden = "hidden" in value && Array.isArray(value.hidden) ? value.hidden : [];
    return {
      dense: "dense" in value && value.dense === true,
      hidden: optionalColumns.map((column) => column.id).filter((id) => hidden.includes(id)),
    };
  } catch {
    return fallback;
  }
}

function read(): TraceView {
  const text = localStorage.getItem(storageKey);
  if (text !== cache.text) cache = { text, view: parse(text) };
  return cache.view;
}

function write(view: TraceView): void {
  localStorage.setItem(storageKey, JSON.stringify(view));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The list's columns and density, remembered in this browser. */
export function useTraceView(): [TraceView, (view: TraceView) => void] {
  return [useSyncExternalStore(subscribe, read, () => fallback), write];
}
