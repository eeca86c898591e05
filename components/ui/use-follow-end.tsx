"use client";
import { type RefObject, useCallback, useEffect, useRef } from "react";

/** So near the end, in pixels, a reader counts as being there. */
const NEAR = 60;

/** Marks what scrolls around followed content where that is not the page's `main`. */
export const scrollerProps = { "data-scroller": "" } as const;

function boxOf(element: HTMLElement | null): HTMLElement | null {
  return element?.closest<HTMLElement>("[data-scroller], main") ?? null;
}

/**
 * While `growing`, keeps the end of what scrolls around `content` in view as long as the reader is there. A reader who
 * scrolls up is left alone until he is back. Gives the way back to the end.
 */
export function useFollowEnd(content: RefObject<HTMLElement | null>, growing: boolean): () => void {
  const atEnd = useRef(true);
  useEffect(() => {
    const element = content.current;
    const box = boxOf(element);
    if (!growing || !element || !box) return;
    const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    atEnd.current = isAtEnd();
    let top = box.scrollTop;
    const look = () => {
      // Content that grows takes nobody away from the end: only scrolling up does.
      atEnd.current = isAtEnd() || (atEnd.current && box.scrollTop >= top);
      top = box.scrollTop;
    };
    const observer = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(element);
    observer.observe(box);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [content, growing]);
  return useCallback(() => {
    const box = boxOf(content.current);
    atEnd.current = true;
    if (box) box.scrollTop = box.scrollHeight;
  }, [content]);
}
