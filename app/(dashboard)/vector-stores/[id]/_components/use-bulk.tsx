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

/** Does something to many files, some at a time; says at which it stopped when one part fails. */
export function useBulk(onDone: () => void) {
  const refresh = useRefreshStores();
  return useMutation({
    mutationFn: async ({ action, fileIds }: { action: BulkAction; fileIds: readonly string[] }) => {
      for (let start = 0; start < fileIds.length; start += sliceSize) {
        await action.run(fileIds.slice(start, start + sliceSize));
      }
    },
    onSuccess: (_, { action }) => {
      toast({ title: action.done });
      onDone();
    },
    onError: (error) => toast({ kind: "error", title: "Not every file was changed", description: errorText(error) }),
    onSettled: refresh,
  });
}
