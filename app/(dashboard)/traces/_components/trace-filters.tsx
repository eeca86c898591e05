import { since, type Window, windows } from "#components/format/time-windows";
import type { TraceRow } from "#components/trace/trace-types";
import type { Inputs } from "#components/trpc/client";

type Status = NonNullable<Inputs["traces"]["list"]["status"]>;

const statuses: readonly Status[] = ["running", "ok", "error", "cancelled", "lost"];

/** The list's filters as they stand in the URL. */
export interface TraceFilters {
  window: Window;
  status?: Status;
  model?: string;
  provider?: string;
  apiKeyId?: string;
  tool?: string;
  vectorStoreId?: string;
  search?: string;
  minDurationMs?: number;
  minCostUsd?: number;
}

export type FilterName = Exclude<keyof TraceFilters, "window" | "search">;

/** What a filter is called, in the order of the menu. */
export const filterNames: Record<FilterName, string> = {
  status: "Status",
  model: "Model",
  provider: "Provider",
  apiKeyId: "API key",
  tool: "Tool",
  vectorStoreId: "Vector store",
  minDurationMs: "Longer than",
  minCostUsd: "Dearer than",
};

const texts = ["model", "provider", "apiKeyId", "tool", "vectorStoreId", "search"] as const;
const amounts = ["minDurationMs", "minCostUsd"] as const;

/** Filters from the URL's parameters. What is not understood is left out. */
export function readFilters(parameters: URLSearchParams): TraceFilters {
  const filters: TraceFilters = {
    window: windows.find((each) => each.value === parameters.get("window"))?.value ?? "all",
  };
  const status = statuses.find((each) => each === parameters.get("status"));
  if (status) filters.status = status;
  for (const name of texts) {
    const value = parameters.get(name)?.trim();
    if (value) filters[name] = value;
  }
  for (const name of amounts) {
    const value = Number(parameters.get(name));
    if (value > 0) filters[name] = value;
  }
  return filters;
}

/** The address of the list under these filters. */
export function filterHref(filters: TraceFilters): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value !== undefined && value !== "" && !(name === "window" && value === "all"))
      parameters.set(name, String(value));
  }
  const query = parameters.toString();
  return query ? `/traces?${query}` : "/traces";
}

/** The filters as the list's procedure takes them. `now` in milliseconds. */
export function toListInput(filters: TraceFilters, now: number) {
  const { window, ...rest } = filters;
  return { ...rest, ...since(window, now) };
}

/** True when a row that came in later belongs to the list under these filters. */
export function matchesFilters(row: TraceRow, filters: TraceFilters): boolean {
  const { search } = filters;
  const text = `${row.inputPreview ?? ""} ${row.outputPreview ?? ""}`.toLowerCase();
  return (
    (!filters.status || row.status === filters.status) &&
    (!filters.model || row.servedModel === filters.model) &&
    (!filters.provider || row.provider === filters.provider) &&
    (!filters.apiKeyId || row.apiKeyId === filters.apiKeyId) &&
    (!filters.tool || row.toolNames.includes(filters.tool)) &&
    (!filters.vectorStoreId || row.vectorStoreIds.includes(filters.vectorStoreId)) &&
    (!filters.minDurationMs || (row.durationMs ?? 0) >= filters.minDurationMs) &&
    (!filters.minCostUsd || (row.costUsd ?? 0) >= filters.minCostUsd) &&
    (!search || text.includes(search.toLowerCase()) || row.id === search || row.responseId === search)
  );
}
