import { since, type Window, windows } from "#components/format/time-windows";
import type { Inputs } from "#components/trpc/client";

type Status = NonNullable<Inputs["responses"]["list"]["status"]>;

export const statusNames: Record<Status, string> = {
  queued: "Queued",
  in_progress: "Running",
  completed: "Completed",
  incomplete: "Incomplete",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** What the page shows, as it stands in the URL. */
export interface ResponsesView {
  view: "responses" | "conversations";
  window: Window;
  status?: Status;
  model?: string;
  apiKeyId?: string;
}

/** True for a status that a response may have. */
export function isStatus(value: string | null): value is Status {
  return value !== null && Object.hasOwn(statusNames, value);
}

/** The view from the URL's parameters. What is not understood is left out. */
export function readView(parameters: URLSearchParams): ResponsesView {
  const status = parameters.get("status");
  const model = parameters.get("model")?.trim();
  const apiKeyId = parameters.get("apiKeyId")?.trim();
  return {
    view: parameters.get("view") === "conversations" ? "conversations" : "responses",
    window: windows.find((each) => each.value === parameters.get("window"))?.value ?? "all",
    ...(isStatus(status) ? { status } : {}),
    ...(model ? { model } : {}),
    ...(apiKeyId ? { apiKeyId } : {}),
  };
}

/** The address of a view. */
export function viewHref({ view, window, ...filters }: ResponsesView): string {
  const parameters = new URLSearchParams();
  if (view === "conversations") parameters.set("view", view);
  else {
    if (window !== "all") parameters.set("window", window);
    for (const [name, value] of Object.entries(filters)) if (value) parameters.set(name, value);
  }
  const query = parameters.toString();
  return query ? `/responses?${query}` : "/responses";
}

/** The view as the list's procedure takes it. `now` in milliseconds. */
export function toListInput({ view: _view, window, ...filters }: ResponsesView, now: number) {
  return { ...filters, ...since(window, now) };
}

/** True when something narrows the list. */
export function isFiltered({ window, status, model, apiKeyId }: ResponsesView): boolean {
  return window !== "all" || status !== undefined || model !== undefined || apiKeyId !== undefined;
}
