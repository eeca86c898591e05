"use client";
import { FileText, RotateCw, Square, Unlink } from "lucide-react";
import Link from "next/link";
import { type Ref, useState } from "react";
import { formatBytes, formatExact } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { useTRPCClient } from "#components/trpc/client";
import { Checkbox } from "#components/ui/checkbox";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { IconButton } from "#components/ui/icon-button";
import { RelativeTime } from "#components/ui/relative-time";
import { rowLinkProps, Td, Tr } from "#components/ui/table";
import { toast } from "#components/ui/toast";
import { fileHref } from "#components/vector-stores/file-href";
import type { StoreFile } from "#components/vector-stores/store-types";
import { FileStatus } from "./file-status";
import { useCancelFile, useRetryFile } from "./use-file-job";
import { useRefreshStores } from "./use-store-uploads";

export interface FileRowProps {
  file: StoreFile;
  index: number;
  ref: Ref<HTMLTableRowElement>;
  selected: boolean;
  /** Null for who may not change anything. */
  onSelect: (() => void) | null;
}

/** A file of the store. */
export function FileRow({ file, index, ref, selected, onSelect }: FileRowProps) {
  return (
    <Tr ref={ref} data-index={index} aria-rowindex={index + 2}>
      {onSelect && (
        <Td>
          <Checkbox label={`Choose ${file.filename}`} checked={selected} onChange={onSelect} />
        </Td>
      )}
      <Td className="max-w-96">
        <Link {...rowLinkProps} href={fileHref(file)} className="flex max-w-full items-center gap-2 rounded-xs">
          <FileText aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          <span className="truncate">{file.filename}</span>
        </Link>
      </Td>
      <Td className="max-w-96">
        <FileStatus file={file} />
      </Td>
      <Td align="right">{file.status === "completed" ? formatExact(file.chunkCount) : ""}</Td>
      <Td align="right">{formatBytes(file.fileBytes)}</Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={file.createdAt} />
      </Td>
      <Td align="right" className="whitespace-nowrap">
        <FileActions file={file} />
      </Td>
    </Tr>
  );
}

function FileActions({ file }: { file: StoreFile }) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  const mayWrite = useMay("vectorStores.write");
  const [asking, setAsking] = useState(false);
  const retry = useRetryFile(file);
  const cancel = useCancelFile(file);
  const detach = async () => {
    await client.vectorStores.detachFile.mutate({ vectorStoreId: file.vectorStoreId, fileId: file.fileId });
    await refresh();
    toast({ title: `Removed ${file.filename}` });
  };
  if (!mayWrite) return null;
  return (
    <>
      {(file.status === "failed" || file.status === "cancelled") && (
        <IconButton
          icon={RotateCw}
          size="sm"
          label={`Retry ${file.filename}`}
          disabled={retry.isPending}
          onClick={() => retry.mutate()}
        />
      )}
      {file.status === "in_progress" && (
        <IconButton
          icon={Square}
          size="sm"
          label={`Stop reading ${file.filename}`}
          disabled={cancel.isPending}
          onClick={() => cancel.mutate()}
        />
      )}
      <IconButton icon={Unlink} size="sm" label={`Remove ${file.filename}`} onClick={() => setAsking(true)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${file.filename} from this store?`}
        action="Remove file"
        onConfirm={detach}
      >
        Its passages are no longer found here. The file itself stays, and can be attached again.
      </ConfirmDialog>
    </>
  );
}
