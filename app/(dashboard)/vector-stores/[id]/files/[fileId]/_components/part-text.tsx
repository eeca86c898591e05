"use client";
import { useMemo } from "react";
import { cn } from "#components/ui/cn";
import { keyboardScroll } from "#components/ui/keyboard-scroll";
import type { FilePart } from "./file-reader";
import { cutIntoPieces, type Span } from "./text-pieces";

export type Place = Span;

export interface PartTextProps {
  part: FilePart;
  /** The id of the passage in question. */
  selected: string | null;
  /** What was found last. */
  place: Place | null;
  onSelect: (chunkId: string) => void;
}

/** Scrolls the text, and only it, to a mark as soon as that is the one in question. */
function showInBox(mark: HTMLElement | null) {
  const box = mark?.closest<HTMLElement>("[data-text-box]");
  if (mark && box) box.scrollTop = mark.offsetTop - box.clientHeight / 4;
}

/** The text as it was read, with its passages marked: the one in question, and the others in turn a shade apart. */
export function PartText({ part, selected, place, onSelect }: PartTextProps) {
  const pieces = useMemo(() => cutIntoPieces(part, part.chunks, place), [part, place]);
  const ordinals = useMemo(() => new Map(part.chunks.map((chunk) => [chunk.id, chunk.ordinal])), [part]);
  let marked = false;
  return (
    <div
      data-text-box
      {...keyboardScroll("Text of the file")}
      className="scroll-thin relative max-h-[max(24rem,calc(100dvh-16rem))] overflow-y-auto rounded-md border bg-surface p-4"
    >
      {part.text.trim() === "" && (
        <p className="text-ink-2">No text was found here. Pictures of text are read where OCR_LANGUAGE is set.</p>
      )}
      <p className="whitespace-pre-wrap text-md leading-6 [overflow-wrap:anywhere]">
        {pieces.map(({ start, end, chunkIds, found }) => {
          const chosen = selected !== null && chunkIds.includes(selected);
          const isTarget = !marked && (place ? found : chosen);
          marked ||= isTarget;
          const [first] = chunkIds;
          const text = part.text.slice(start - part.start, end - part.start);
          if (first === undefined && !found) return <span key={start}>{text}</span>;
          const odd = (ordinals.get(first ?? "") ?? 0) % 2 === 1;
          return (
            <mark
              key={start}
              ref={isTarget ? showInBox : undefined}
              aria-current={chosen || found ? "true" : undefined}
              onMouseUp={() => first !== undefined && !window.getSelection()?.toString() && onSelect(first)}
              className={cn(
                "rounded-xs text-ink",
                odd ? "bg-raised" : "bg-transparent",
                chosen && "bg-accent-soft",
                found && "bg-accent text-on-accent",
              )}
            >
              {text}
            </mark>
          );
        })}
      </p>
    </div>
  );
}
