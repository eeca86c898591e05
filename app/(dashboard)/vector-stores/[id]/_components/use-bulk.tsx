"use client";
import { useMutation } from "@tanstack/react-query";
import { errorText } from "#components/ui/error-state";
import { toast } from "#components/ui/toast";
import { useRefreshStores } from "./use-store-uploads";

/** Ids in one request. */
const sliceSize = 500;

export interface BulkAction {
  /** Of at most 500 files. */
  run: (fileIds: string[]) => Promise<unknown>;
  /** What is said at the end: "Removed 3 files". */
  done: string;
}

/** Runs with the ids some at a time, one slice after another, up to the first that fails. */
export async function runInSlices(fileIds: readonly string[], run: BulkAction["run"]): Promise<void> {
  for (let start = 0; start < fileIds.length; start += sliceSize) await run(fileIds.slice(start, start + sliceSize));
}

/** Does something to many files, some at a time; says so when a part fails. */
export function useBulk(onDone: () => void) {
  const refresh = useRefreshStores();
  return useMutation({
    mutationFn: ({ action, fileIds }: { action: BulkAction; fileIds: readonly string[] }) =>
      runInSlices(fileIds, action.run),
    onSuccess: (_, { action }) => {
      toast({ title: action.done });
      onDone();
    },
    onError: (error) => toast({ kind: "error", title: "Not every file was changed", description: errorText(error) }),
    onSettled: refresh,
  });
}
