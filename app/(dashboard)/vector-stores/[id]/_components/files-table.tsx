"use client";
import { useMutation } from "@tanstack/react-query";
import { FileText, RotateCw, Unlink } from "lucide-react";
import { useState } from "react";
import { formatBytes, formatExact } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { errorText } from "#components/ui/error-state";
import { IconButton } from "#components/ui/icon-button";
import { ProgressBar } from "#components/ui/progress";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus, Status } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import { toast } from "#components/ui/toast";
import type { StoreFile } from "#components/vector-stores/store-types";

export interface FilesTableProps {
  files: readonly StoreFile[];
  onOpenFile: (fileId: string) => void;
  onChanged: () => Promise<void>;
}

const head = (
  <>
    <Th>File</Th>
    <Th>Status</Th>
    <Th align="right">Chunks</Th>
    <Th align="right">Size</Th>
    <Th>Added</Th>
    <Th>
      <span className="sr-only">Actions</span>
    </Th>
  </>
);

/** The files of a store with their state; a row opens its chunks. */
export function FilesTable({ files, onOpenFile, onChanged }: FilesTableProps) {
  const [detaching, setDetaching] = useState<StoreFile | null>(null);
  const client = useTRPCClient();
  const detach = async () => {
    if (!detaching) return;
    await client.vectorStores.detachFile.mutate({ vectorStoreId: detaching.vectorStoreId, fileId: detaching.fileId });
    await onChanged();
    toast({ title: `Removed ${detaching.filename}` });
  };
  return (
    <>
      <Table label="Files" head={head} keys className="rounded-md border bg-surface [&_th]:bg-surface">
        {files.map((file) => (
          <FileRow
            key={file.fileId}
            file={file}
            onOpen={() => onOpenFile(file.fileId)}
            onDetach={() => setDetaching(file)}
            onChanged={onChanged}
          />
        ))}
      </Table>
      {detaching && (
        <ConfirmDialog
          open
          onOpenChange={() => setDetaching(null)}
          title={`Remove ${detaching.filename} from this store?`}
          action="Remove file"
          onConfirm={detach}
        >
          Its passages are no longer found here. The file itself stays, and can be attached again.
        </ConfirmDialog>
      )}
    </>
  );
}

interface FileRowProps {
  file: StoreFile;
  onOpen: () => void;
  onDetach: () => void;
  onChanged: () => Promise<void>;
}

function FileRow({ file, onOpen, onDetach, onChanged }: FileRowProps) {
  const client = useTRPCClient();
  const mayWrite = useMay("vectorStores.write");
  const retry = useMutation({
    mutationFn: () => client.vectorStores.retryFile.mutate({ vectorStoreId: file.vectorStoreId, fileId: file.fileId }),
    onError: (error) =>
      toast({ kind: "error", title: `${file.filename} was not started again`, description: errorText(error) }),
    onSettled: onChanged,
  });
  const again = file.status === "failed" || file.status === "cancelled";
  return (
    <Tr>
      <Td className="max-w-96">
        <button
          {...rowLinkProps}
          type="button"
          onClick={onOpen}
          className="flex max-w-full items-center gap-2 rounded-xs text-left"
        >
          <FileText aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          <span className="truncate">{file.filename}</span>
        </button>
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
        {mayWrite && again && (
          <IconButton
            icon={RotateCw}
            size="sm"
            label={`Retry ${file.filename}`}
            disabled={retry.isPending}
            onClick={() => retry.mutate()}
          />
        )}
        {mayWrite && <IconButton icon={Unlink} size="sm" label={`Remove ${file.filename}`} onClick={onDetach} />}
      </Td>
    </Tr>
  );
}

const stepWords: Record<string, string> = {
  queued: "Waiting",
  parsing: "Reading",
  chunking: "Cutting into passages",
  embedding: "Indexing",
};

function FileStatus({ file }: { file: StoreFile }) {
  if (file.status === "failed") {
    return (
      <span className="flex min-w-52 flex-col py-1">
        <RunStatus status="failed" />
        <span className="text-ink-2 text-sm">{file.errorMessage}</span>
      </span>
    );
  }
  if (file.status === "completed") return <Status tone="ok">Ready</Status>;
  if (file.status === "cancelled") return <RunStatus status="cancelled" />;
  const counted = file.step === "embedding" && file.totalCount > 0;
  return (
    <span className="flex w-56 flex-col gap-1 py-1">
      <Status tone="running">
        {stepWords[file.step] ?? file.step}
        {counted && <span className="figures ml-1 text-sm">{` ${file.doneCount} of ${file.totalCount}`}</span>}
      </Status>
      {counted && <ProgressBar value={(file.doneCount / file.totalCount) * 100} label={`Indexing ${file.filename}`} />}
    </span>
  );
}
