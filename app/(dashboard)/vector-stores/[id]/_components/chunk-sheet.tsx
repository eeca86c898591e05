"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { formatExact } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { CopyButton } from "#components/ui/copy-button";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { Sheet } from "#components/ui/sheet";
import { placeholderKeys, Skeleton } from "#components/ui/skeleton";
import type { Chunk } from "#components/vector-stores/store-types";

export interface ChunkSheetProps {
  vectorStoreId: string;
  fileId: string | null;
  onClose: () => void;
}

/** The passages of a file as they are indexed, in order. */
export function ChunkSheet({ vectorStoreId, fileId, onClose }: ChunkSheetProps) {
  return (
    <Sheet open={fileId !== null} onOpenChange={onClose} title="Chunks" className="max-w-2xl">
      {fileId && <ChunkList vectorStoreId={vectorStoreId} fileId={fileId} />}
    </Sheet>
  );
}

function ChunkList({ vectorStoreId, fileId }: { vectorStoreId: string; fileId: string }) {
  const trpc = useTRPC();
  const chunks = useInfiniteQuery(
    trpc.vectorStores.chunks.infiniteQueryOptions(
      { vectorStoreId, fileId },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  return (
    <QueryView query={chunks} title="The chunks could not be loaded" skeleton={<ChunksSkeleton />}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.rows);
        if (rows.length === 0)
          return <p className="p-4 text-ink-2">No chunks yet: the file is not ready, or could not be read.</p>;
        return (
          <>
            <ol>
              {rows.map((chunk) => (
                <ChunkRow key={chunk.id} chunk={chunk} />
              ))}
            </ol>
            <MoreButton list={chunks} label="Show more" className="m-4" />
          </>
        );
      }}
    </QueryView>
  );
}

function ChunkRow({ chunk }: { chunk: Chunk }) {
  return (
    <li className="border-b px-4 py-3">
      <header className="mb-1 flex items-center gap-3 text-ink-3 text-sm">
        <span className="figures">{chunk.ordinal + 1}</span>
        {chunk.page !== null && <span>page {chunk.page}</span>}
        <span className="min-w-0 flex-1 truncate">{chunk.headingPath}</span>
        <span className="figures">
          {formatExact(chunk.charStart)}–{formatExact(chunk.charEnd)}
        </span>
        <span className="figures">{chunk.tokenCount} tokens</span>
        <CopyButton text={chunk.text} label="Copy chunk" />
      </header>
      <p className="whitespace-pre-wrap leading-5 [overflow-wrap:anywhere]">{chunk.text}</p>
    </li>
  );
}

function ChunksSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 p-4">
      {placeholderKeys(4).map((key) => (
        <Skeleton key={key} className="h-24" />
      ))}
    </div>
  );
}
