import type { ReactNode } from "react";

/** A quiet line where there is nothing to show. */
export function None({ children }: { children: ReactNode }) {
  return <p className="rounded-md border border-dashed px-4 py-6 text-ink-2">{children}</p>;
}
