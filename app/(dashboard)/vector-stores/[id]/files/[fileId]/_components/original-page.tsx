"use client";
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import { type RefObject, useEffect, useRef, useState } from "react";
import { cn } from "#components/ui/cn";
import { type Box, boxesOfPassage } from "./passage-boxes";

/** Height over width at most: a page that is said to be higher is cut off there. */
const maxRatio = 5;
/** Height over width of a page that has not been seen yet: A4. */
export const usualRatio = Math.SQRT2;

/** A page that takes longer than this is given up: it may be made to take for ever. */
const drawMs = 30_000;

export interface OriginalPageProps {
  pdf: PDFDocumentProxy;
  number: number;
  /** In CSS pixels. */
  width: number;
  passage: string | null;
  /** Whether the text beside is this page's. */
  current: boolean;
  /** Shows its text. */
  onOpen: () => void;
}

/** A page of the original as a picture, with the passage in question marked on it. */
export function OriginalPage({ pdf, number, width, passage, current, onOpen }: OriginalPageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [page, setPage] = useState<PDFPageProxy | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    pdf
      .getPage(number)
      .then((found) => !gone && setPage(found))
      .catch(() => !gone && setFailed(true));
    return () => {
      gone = true;
    };
  }, [pdf, number]);
  useDrawing({ page, canvas, width, onFailure: setFailed });
  const boxes = useBoxes(page, passage);
  return (
    <div className="pb-3">
      <button
        type="button"
        aria-current={current ? "page" : undefined}
        aria-label={`Show the text of page ${number}`}
        onClick={onOpen}
        className={cn("figures my-1 rounded-xs px-1 text-sm hover:text-ink", current ? "text-accent" : "text-ink-3")}
      >
        Page {number}
      </button>
      <div className="relative border bg-[oklch(1_0_0)]" style={{ aspectRatio: 1 / ratioOf(page) }}>
        {failed ? (
          <p className="p-4 text-[oklch(0.35_0_0)]">This page cannot be drawn.</p>
        ) : (
          <canvas
            ref={canvas}
            role="img"
            aria-label={`Page ${number} of the original`}
            className="absolute inset-0 size-full object-contain object-top"
          />
        )}
        {boxes.map((box) => (
          <span
            key={`${box.left} ${box.top}`}
            data-passage-box
            aria-hidden
            className="pointer-events-none absolute bg-[oklch(0.55_0.18_262/0.18)] mix-blend-multiply"
            style={{
              ...{ left: `${box.left * 100}%`, top: `${box.top * 100}%` },
              ...{ width: `${box.width * 100}%`, height: `${box.height * 100}%` },
            }}
          />
        ))}
      </div>
    </div>
  );
}

function ratioOf(page: PDFPageProxy | null): number {
  if (!page) return usualRatio;
  const { width, height } = page.getViewport({ scale: 1 });
  return Math.min(maxRatio, height / Math.max(1, width)) || usualRatio;
}

interface Drawing {
  page: PDFPageProxy | null;
  canvas: RefObject<HTMLCanvasElement | null>;
  width: number;
  onFailure: (failed: boolean) => void;
}

/** Draws the page as wide as it is shown, in the screen's own pixels; stops when it is no longer in view. */
function useDrawing({ page, canvas, width, onFailure }: Drawing) {
  useEffect(() => {
    const target = canvas.current;
    if (!page || !target) return;
    const natural = page.getViewport({ scale: 1 });
    const pixels = Math.min(width, (width * maxRatio * natural.width) / Math.max(1, natural.height));
    const viewport = page.getViewport({ scale: (pixels * window.devicePixelRatio) / Math.max(1, natural.width) });
    target.width = Math.max(1, Math.ceil(viewport.width));
    target.height = Math.max(1, Math.ceil(viewport.height));
    const task = page.render({ canvas: target, viewport });
    let gone = false;
    const timer = setTimeout(() => task.cancel(), drawMs);
    task.promise.catch(() => !gone && onFailure(true)).finally(() => clearTimeout(timer));
    return () => {
      gone = true;
      task.cancel();
    };
  }, [page, canvas, width, onFailure]);
}

function useBoxes(page: PDFPageProxy | null, passage: string | null): readonly Box[] {
  const [boxes, setBoxes] = useState<readonly Box[]>([]);
  useEffect(() => {
    if (!page || passage === null) return setBoxes([]);
    let gone = false;
    const viewport = page.getViewport({ scale: 1 });
    page
      .getTextContent()
      .then(({ items }) => {
        const texts = items.flatMap((item) => ("str" in item ? [item] : []));
        if (!gone) setBoxes(boxesOfPassage(texts, passage, viewport));
      })
      // The marks are a help beside the text, which has them too.
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [page, passage]);
  return boxes;
}
