"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Outputs } from "#components/trpc/client";
import { useTRPC } from "#components/trpc/client";
import { IconButton } from "#components/ui/icon-button";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { Callout } from "#components/ui/status";
import type { StoreFile } from "#components/vector-stores/store-types";
import { FindBox } from "./find-box";
import { PartChunks } from "./part-chunks";
import { PartText, type Place } from "./part-text";

export type FilePart = NonNullable<Outputs["storeFiles"]["part"]>;

interface At {
  chunkId: string | null;
  offset: number;
}

/** The file's text, a page or part at a time, beside the passages it was cut into. */
export function FileReader({ file, startChunkId }: { file: StoreFile; startChunkId: string | null }) {
  const trpc = useTRPC();
  const { vectorStoreId, fileId } = file;
  const [at, setAt] = useState<At>({ chunkId: startChunkId, offset: 0 });
  const [selected, setSelected] = useState(startChunkId);
  const [place, setPlace] = useState<Place | null>(null);
  const part = useQuery(
    trpc.storeFiles.part.queryOptions({ vectorStoreId, fileId, ...at }, { placeholderData: keepPreviousData }),
  );
  const select = (chunkId: string) => {
    setSelected(chunkId);
    setPlace(null);
    // Only the address: the passage is in view already, and nothing is to be loaded.
    window.history.replaceState(null, "", `?chunk=${encodeURIComponent(chunkId)}`);
  };
  const goTo = (offset: number) => {
    setPlace(null);
    setAt({ chunkId: null, offset });
  };
  const show = (found: Place) => {
    setSelected(null);
    setPlace(found);
    setAt({ chunkId: null, offset: found.start });
  };
  return (
    <QueryView query={part} title="The text could not be loaded" skeleton={<Skeleton className="h-96" />}>
      {(data) =>
        data === null ? (
          <p className="text-ink-2">There is no text yet: the file has not been read, or could not be.</p>
        ) : (
          <>
            {!data.found && (
              <Callout tone="warning" title="That passage is no longer there">
                The file was indexed anew since. This is its beginning.
              </Callout>
            )}
            <div className="flex flex-wrap items-center gap-3">
              <Steps part={data} onGo={goTo} />
              <FindBox vectorStoreId={vectorStoreId} fileId={fileId} onShow={show} />
            </div>
            <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
              <PartText part={data} selected={selected} place={place} onSelect={select} />
              <PartChunks part={data} selected={selected} onSelect={select} />
            </div>
          </>
        )
      }
    </QueryView>
  );
}

function Steps({ part, onGo }: { part: FilePart; onGo: (offset: number) => void }) {
  const word = part.page === null ? "Part" : "Page";
  const { before, after } = part;
  return (
    <div className="flex items-center gap-1">
      <IconButton
        icon={ChevronLeft}
        label={`${word} before`}
        disabled={before === null}
        onClick={() => before !== null && onGo(before)}
      />
      <span className="figures text-ink-2">
        {word} {part.page ?? part.index + 1} of {part.count}
      </span>
      <IconButton
        icon={ChevronRight}
        label={`${word} after`}
        disabled={after === null}
        onClick={() => after !== null && onGo(after)}
      />
    </div>
  );
}
