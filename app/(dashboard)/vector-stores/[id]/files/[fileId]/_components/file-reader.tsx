"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";
import { QueryView } from "#components/ui/query-view";
import { Segmented } from "#components/ui/segmented";
import { Skeleton } from "#components/ui/skeleton";
import { Callout } from "#components/ui/status";
import type { StoreFile } from "#components/vector-stores/store-types";
import { FindBox } from "./find-box";
import { OriginalView } from "./original-view";
import { PartChunks } from "./part-chunks";
import { PartText, type Place } from "./part-text";

export type FilePart = NonNullable<Outputs["storeFiles"]["part"]>;

type Beside = "original" | "passages" | "both";

const besides: readonly { value: Beside; label: string }[] = [
  { value: "original", label: "Original" },
  { value: "passages", label: "Passages" },
  { value: "both", label: "Both" },
];

const columns: Record<Beside, string> = {
  original: "lg:grid-cols-2",
  passages: "lg:grid-cols-[minmax(0,1fr)_22rem]",
  both: "lg:grid-cols-2 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_18rem]",
};

interface At {
  chunkId: string | null;
  page: number | null;
  offset: number;
}

/** Where the reader is, and what is marked there. */
function useReading(file: StoreFile, startChunkId: string | null) {
  const trpc = useTRPC();
  const { vectorStoreId, fileId } = file;
  const [at, setAt] = useState<At>({ chunkId: startChunkId, page: null, offset: 0 });
  const [selected, setSelected] = useState(startChunkId);
  const [place, setPlace] = useState<Place | null>(null);
  const part = useQuery(
    trpc.storeFiles.part.queryOptions({ vectorStoreId, fileId, ...at }, { placeholderData: keepPreviousData }),
  );
  const goTo = (where: Partial<At>) => {
    setPlace(null);
    setAt({ chunkId: null, page: null, offset: 0, ...where });
  };
  return {
    ...{ part, selected, place, goTo },
    select: (chunkId: string) => {
      setSelected(chunkId);
      setPlace(null);
      // Only the address: the passage is in view already, and nothing is to be loaded.
      window.history.replaceState(null, "", `?chunk=${encodeURIComponent(chunkId)}`);
    },
    show: (found: Place) => {
      setSelected(null);
      goTo({ offset: found.start });
      setPlace(found);
    },
  };
}

/** The file's text, a page or part at a time, beside its original and the passages it was cut into. */
export function FileReader({ file, startChunkId }: { file: StoreFile; startChunkId: string | null }) {
  const { part, selected, place, goTo, select, show } = useReading(file, startChunkId);
  const [beside, setBeside] = useState<Beside>("both");
  return (
    <QueryView query={part} title="The text could not be loaded" skeleton={<Skeleton className="h-96" />}>
      {(data) => {
        const isPdf = data === null ? /\.pdf$/i.test(file.filename) : data.kind === "pdf";
        const shown = isPdf ? beside : "passages";
        const passage = data?.chunks.find((chunk) => chunk.id === selected)?.text ?? null;
        return (
          <>
            {data?.found === false && (
              <Callout tone="warning" title="That passage is no longer there">
                The file was indexed anew since. This is its beginning.
              </Callout>
            )}
            {data && (
              <div className="flex flex-wrap items-center gap-3">
                <Steps part={data} onGo={(offset) => goTo({ offset })} />
                <FindBox vectorStoreId={file.vectorStoreId} fileId={file.fileId} onShow={show} />
                {isPdf && (
                  <span className="ml-auto">
                    <Segmented label="Beside the text" value={beside} onChange={setBeside} options={besides} />
                  </span>
                )}
              </div>
            )}
            <div className={cn("grid min-w-0 items-start gap-4", columns[data ? shown : "original"])}>
              {data ? (
                <PartText part={data} selected={selected} place={place} onSelect={select} />
              ) : (
                <p className="text-ink-2">There is no text: the file has not been read yet, or could not be.</p>
              )}
              {isPdf && shown !== "passages" && (
                <OriginalView
                  file={file}
                  page={data?.page ?? null}
                  passage={passage}
                  onPage={(page) => goTo({ page })}
                />
              )}
              {data && shown !== "original" && (
                <div className={cn("min-w-0", shown === "both" && "lg:max-xl:col-span-2")}>
                  <PartChunks part={data} selected={selected} onSelect={select} />
                </div>
              )}
            </div>
          </>
        );
      }}
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
