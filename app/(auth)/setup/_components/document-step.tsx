"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useCallback, useRef, useState } from "react";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { buttonClass } from "#components/ui/button";
import { DropZone } from "#components/ui/drop-zone";
import { Callout, RunStatus, Status } from "#components/ui/status";
import { UploadList } from "#components/vector-stores/upload-list";
import { useUploads } from "#components/vector-stores/use-uploads";

/** The first document, in a first vector store, and the way to ask about it. */
export function DocumentStep() {
  const client = useTRPCClient();
  const [storeId, setStoreId] = useState<string | null>(null);
  const making = useRef<Promise<string> | null>(null);
  const attach = useCallback(
    async (fileId: string) => {
      // Files that arrive together share the one store that the first of them makes.
      making.current ??= client.vectorStores.create.mutate({ name: "First documents" }).then((store) => store.id);
      const vectorStoreId = await making.current.catch((error: unknown) => {
        making.current = null;
        throw error;
      });
      await client.vectorStores.attachFiles.mutate({ vectorStoreId, fileIds: [fileId] });
      setStoreId(vectorStoreId);
    },
    [client],
  );
  const uploads = useUploads({ attach });
  return (
    <AuthCard
      wide
      title="Add a document"
      description="It is read, cut into passages and indexed, all inside this server. Then ask about it."
    >
      <div className="flex flex-col gap-4">
        <DropZone
          compact={storeId !== null}
          onFiles={uploads.add}
          hint="Drop a PDF, Word or Excel file, Markdown, HTML or text here"
        />
        <UploadList {...uploads} />
        {storeId && <StoredFiles vectorStoreId={storeId} />}
        <div className="flex justify-end gap-2">
          <Link href="/overview" className={buttonClass({ variant: "ghost", size: "lg" })}>
            {storeId ? "Go to the overview" : "Skip"}
          </Link>
          {storeId && (
            <Link href={`/playground?store=${storeId}`} className={buttonClass({ variant: "primary", size: "lg" })}>
              Ask about it
            </Link>
          )}
        </div>
      </div>
    </AuthCard>
  );
}

function StoredFiles({ vectorStoreId }: { vectorStoreId: string }) {
  const trpc = useTRPC();
  const files = useQuery(
    trpc.vectorStores.files.queryOptions(
      { vectorStoreId },
      { refetchInterval: ({ state }) => (state.data?.rows.every((row) => row.status !== "in_progress") ? 4000 : 1000) },
    ),
  );
  const failed = files.data?.rows.filter((file) => file.status === "failed") ?? [];
  return (
    <>
      <ul aria-label="Files" className="rounded-md border">
        {files.data?.rows.map((file) => (
          <li key={file.fileId} className="flex items-center gap-3 border-b px-3 py-2 last:border-b-0">
            <span className="min-w-0 flex-1 truncate">{file.filename}</span>
            {file.status === "completed" ? <Status tone="ok">Ready</Status> : <RunStatus status={file.status} />}
          </li>
        ))}
      </ul>
      {failed.map((file) => (
        <Callout key={file.fileId} tone="danger" title={`${file.filename} could not be read`}>
          {file.errorMessage}
        </Callout>
      ))}
    </>
  );
}
