"use client";
import { RefreshCw, Tags, Unlink, X } from "lucide-react";
import { useState } from "react";
import { formatPlural } from "#components/format/numbers";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { IconButton } from "#components/ui/icon-button";
import { AttributesDialog } from "./attributes-dialog";
import { useBulk } from "./use-bulk";

export interface BulkBarProps {
  vectorStoreId: string;
  fileIds: readonly string[];
  onClear: () => void;
}

/** What can be done to the chosen files at once. */
export function BulkBar({ vectorStoreId, fileIds, onClear }: BulkBarProps) {
  const client = useTRPCClient();
  const bulk = useBulk(onClear);
  const [open, setOpen] = useState<"attributes" | "reindex" | "remove" | null>(null);
  const files = formatPlural(fileIds.length, "file");
  const close = () => setOpen(null);
  const reindex = (slice: string[]) => client.storeFiles.reindex.mutate({ vectorStoreId, fileIds: slice });
  const detach = (slice: string[]) => client.storeFiles.detach.mutate({ vectorStoreId, fileIds: slice });
  return (
    <section
      aria-label="Chosen files"
      className="flex flex-wrap items-center gap-2 rounded-md border bg-accent-soft px-3 py-1.5"
    >
      <span className="mr-auto font-medium">{files} chosen</span>
      <Button size="sm" icon={Tags} disabled={bulk.isPending} onClick={() => setOpen("attributes")}>
        Edit attributes
      </Button>
      <Button size="sm" icon={RefreshCw} disabled={bulk.isPending} onClick={() => setOpen("reindex")}>
        Index anew
      </Button>
      <Button size="sm" icon={Unlink} disabled={bulk.isPending} onClick={() => setOpen("remove")}>
        Remove
      </Button>
      <IconButton icon={X} size="sm" label="Choose none" onClick={onClear} />
      {open === "attributes" && (
        <AttributesDialog vectorStoreId={vectorStoreId} fileIds={fileIds} onClose={close} onDone={onClear} />
      )}
      <ConfirmDialog
        open={open === "reindex"}
        onOpenChange={close}
        title={`Index ${files} anew?`}
        action="Index anew"
        danger={false}
        onConfirm={() => bulk.mutateAsync({ fileIds, action: { run: reindex, done: `Indexing ${files} anew` } })}
      >
        Their passages cannot be found until they are ready again. Attributes and sizes of passages stay as they are.
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "remove"}
        onOpenChange={close}
        title={`Remove ${files} from this store?`}
        action={`Remove ${files}`}
        onConfirm={() => bulk.mutateAsync({ fileIds, action: { run: detach, done: `Removed ${files}` } })}
      >
        Their passages are no longer found here. The files themselves stay, and can be attached again.
      </ConfirmDialog>
    </section>
  );
}
