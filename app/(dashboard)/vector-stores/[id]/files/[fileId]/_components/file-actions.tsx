"use client";
import { Download, RotateCw, Scissors, Square, Tags } from "lucide-react";
import { useState } from "react";
import { useMay } from "#components/shell/shell-context";
import { useTRPCClient } from "#components/trpc/client";
import { Button, buttonClass } from "#components/ui/button";
import type { StoreFile } from "#components/vector-stores/store-types";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";
import { CutDialog } from "../../../_components/cut-dialog";
import { useCancelFile, useRetryFile } from "../../../_components/use-file-job";
import { useRefreshStores } from "../../../_components/use-store-uploads";
import { FileAttributes } from "./file-attributes";
import { originalUrl } from "./original-pdf";

/** What can be done with a file of a store: fetched, described, cut anew, tried again. */
export function FileActions({ file }: { file: StoreFile }) {
  const mayWrite = useMay("vectorStores.write");
  const [open, setOpen] = useState<"attributes" | "cut" | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <a href={originalUrl(file.fileId)} download={file.filename} className={buttonClass()}>
        <Download aria-hidden />
        Download
      </a>
      {mayWrite && (
        <>
          <Button icon={Tags} onClick={() => setOpen("attributes")}>
            Attributes
          </Button>
          {file.status !== "in_progress" && (
            <Button icon={Scissors} onClick={() => setOpen("cut")}>
              Cut anew
            </Button>
          )}
          {file.status === "in_progress" && <Stop file={file} />}
          {(file.status === "failed" || file.status === "cancelled") && <Retry file={file} />}
        </>
      )}
      {open === "attributes" && <FileAttributes file={file} onClose={close} />}
      {open === "cut" && <CutAnew file={file} onClose={close} />}
    </div>
  );
}

function Retry({ file }: { file: StoreFile }) {
  const retry = useRetryFile(file);
  return (
    <Button icon={RotateCw} variant="primary" busy={retry.isPending} onClick={() => retry.mutate()}>
      Retry
    </Button>
  );
}

function Stop({ file }: { file: StoreFile }) {
  const cancel = useCancelFile(file);
  return (
    <Button icon={Square} busy={cancel.isPending} onClick={() => cancel.mutate()}>
      Stop reading
    </Button>
  );
}

function CutAnew({ file, onClose }: { file: StoreFile; onClose: () => void }) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  const { vectorStoreId, fileId } = file;
  const apply = async (chunkingStrategy: ChunkingStrategy) => {
    await client.storeFiles.reindex.mutate({ vectorStoreId, fileIds: [fileId], chunkingStrategy });
    await refresh();
  };
  return (
    <CutDialog
      fileId={fileId}
      filename={file.filename}
      sizes={file.chunkingStrategy}
      presentCount={file.status === "completed" ? file.chunkCount : null}
      description="Nothing changes until you have it indexed so. While that runs, searches do not find the file."
      action="Index with this cut"
      onApply={apply}
      onClose={onClose}
    />
  );
}
