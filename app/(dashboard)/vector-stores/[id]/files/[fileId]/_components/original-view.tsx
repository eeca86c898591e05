"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { formatBytes } from "#components/format/numbers";
import { Button } from "#components/ui/button";
import { keyboardScroll } from "#components/ui/keyboard-scroll";
import { ProgressBar } from "#components/ui/progress";
import { Callout } from "#components/ui/status";
import type { StoreFile } from "#components/vector-stores/store-types";
import { OriginalPage, usualRatio } from "./original-page";
import { useOriginalPdf } from "./original-pdf";

/** A larger original is fetched only when somebody says so. */
const unaskedBytes = 32 * 2 ** 20;
const captionHeight = 28;

export interface OriginalViewProps {
  file: StoreFile;
  /** The page that the text beside it is of. */
  page: number | null;
  /** Words of the passage in question, to be marked where they stand. */
  passage: string | null;
  onPage: (page: number) => void;
}

/** A PDF as it was uploaded, page by page. */
export function OriginalView({ file, page, passage, onPage }: OriginalViewProps) {
  const [wanted, setWanted] = useState(file.fileBytes <= unaskedBytes);
  const original = useOriginalPdf(wanted ? file.fileId : null);
  return (
    <section aria-label="Original" className="min-w-0 rounded-md border bg-surface">
      {!wanted && (
        <div className="flex flex-col items-start gap-3 p-4">
          <p className="text-ink-2">The original has {formatBytes(file.fileBytes)}.</p>
          <Button onClick={() => setWanted(true)}>Show the original</Button>
        </div>
      )}
      {wanted && original.phase === "loading" && (
        <div role="status" className="flex flex-col gap-3 p-4" data-skeleton>
          <span className="text-ink-2">Loading the original</span>
          <ProgressBar value={original.share === null ? null : original.share * 100} label="Loading the original" />
        </div>
      )}
      {original.phase === "failed" && (
        <div className="p-3">
          <Callout tone="warning" title="The original cannot be shown">
            {original.problem} It can still be downloaded.
          </Callout>
        </div>
      )}
      {original.phase === "open" && <Pages pdf={original.pdf} {...{ page, passage, onPage }} />}
    </section>
  );
}

function Pages({ pdf, page, passage, onPage }: Omit<OriginalViewProps, "file"> & { pdf: PDFDocumentProxy }) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const virtual = useVirtualizer({
    count: pdf.numPages,
    getScrollElement: () => scroller.current,
    estimateSize: () => width * usualRatio + captionHeight,
    overscan: 1,
    initialRect: { width: 0, height: 600 },
  });
  useEffect(() => {
    if (page !== null && width > 0) virtual.scrollToIndex(page - 1, { align: "start" });
  }, [page, width, virtual]);
  return (
    <div
      ref={scroller}
      {...keyboardScroll("Pages of the original")}
      className="scroll-thin relative max-h-[max(24rem,calc(100dvh-16rem))] overflow-y-auto bg-raised/40 px-3"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {width > 0 &&
          virtual.getVirtualItems().map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <OriginalPage
                {...{ pdf, width }}
                number={index + 1}
                passage={index + 1 === page ? passage : null}
                current={index + 1 === page}
                onOpen={() => onPage(index + 1)}
              />
            </div>
          ))}
      </div>
    </div>
  );
}

/** What an element's content has for its width, in whole pixels; 0 until it has been measured. */
function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = element.current?.firstElementChild;
    if (!box) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
