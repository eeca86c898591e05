import type { StoreFile } from "#components/vector-stores/store-types";

export type FileSort = "added" | "name" | "size" | "chunks";

/** Which files are shown and in which order, as it stands in the URL. */
export interface FileView {
  name: string;
  status: StoreFile["status"] | "all";
  sort: FileSort;
  order: "asc" | "desc";
}

export const statusChoices: readonly { value: FileView["status"]; label: string }[] = [
  { value: "all", label: "Any status" },
  { value: "in_progress", label: "In progress" },
  { value: "completed", label: "Ready" },
  { value: "failed", label: "Failed" },
  { value: "cancelled", label: "Cancelled" },
];

const sorts: readonly FileSort[] = ["added", "name", "size", "chunks"];

/** The view that a URL asks for; what is not understood is left out. */
export function readView(parameters: URLSearchParams): FileView {
  return {
    name: parameters.get("name")?.trim() ?? "",
    status: statusChoices.find(({ value }) => value === parameters.get("status"))?.value ?? "all",
    sort: sorts.find((sort) => sort === parameters.get("sort")) ?? "added",
    order: parameters.get("order") === "asc" ? "asc" : "desc",
  };
}

/** The view as parameters of the URL, without what holds anyway. */
export function viewQuery({ name, status, sort, order }: FileView): string {
  const parameters = new URLSearchParams();
  if (name) parameters.set("name", name);
  if (status !== "all") parameters.set("status", status);
  if (sort !== "added" || order !== "desc") parameters.set("sort", sort);
  if (order !== "desc") parameters.set("order", order);
  const query = parameters.toString();
  return query ? `?${query}` : "";
}

/** The filter as the procedures take it. */
export function toFilter({ name, status }: FileView) {
  return { name: name || null, status: status === "all" ? null : status };
}
