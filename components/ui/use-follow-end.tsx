"use client";
import { type RefObject, useEffect } from "react";

/** So near the end, in pixels, a reader counts as being there. */
const NEAR = 60;

/**
 * While `growing`, keeps the end of what scrolls around `content` in view as long as the reader is there. A reader who
 * scrolls up is left alone until he is back.
 */
export function useFollowEnd(content: RefObject<HTMLElement | null>, growing: boolean): void {
  useEffect(() => {
    const element = content.current;
    const box = element?.closest("main");
    if (!growing || !element || !box) return;
    const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    let atEnd = isAtEnd();
    const look = () => {
      atEnd = isAtEnd();
    };
    const observer = new ResizeObserver(() => {
      if (atEnd) box.scrollTop = box.scrollHeight;
    });
    observer.observe(element);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [content, growing]);
}
