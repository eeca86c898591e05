"use client";
import { formatShare } from "#components/format/numbers";
import { Status } from "#components/ui/status";
import type { Store } from "#components/vector-stores/store-types";

export interface BuildStatusProps {
  store: Store;
  /** Shows the whole of it. */
  onOpen: () => void;
}

/** That the store's embedding model changes, or could not be changed: in a word at the head of its page. */
export function BuildStatus({ store: { build, totals }, onOpen }: BuildStatusProps) {
  if (build?.status !== "in_progress" && build?.status !== "failed") return null;
  const share = totals.chunkCount === 0 ? 0 : Math.min(1, build.doneCount / totals.chunkCount);
  return (
    <button type="button" className="rounded-xs hover:underline" onClick={onOpen}>
      {build.status === "failed" ? (
        <Status tone="danger">Change failed</Status>
      ) : (
        <Status tone="running">
          Changing, <span className="figures">{formatShare(share)}</span>
        </Status>
      )}
    </button>
  );
}
