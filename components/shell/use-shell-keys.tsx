"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { destinations } from "#components/shell/navigation";

const sequenceMs = 1200;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

export interface ShellKeys {
  openPalette: () => void;
  openHelp: () => void;
  toggleSidebar: () => void;
}

/** The keys of the whole dashboard: g and a letter, ?, [ and ⌘K. Silent while somebody types. */
export function useShellKeys({ openPalette, openHelp, toggleSidebar }: ShellKeys): void {
  const router = useRouter();
  const pressedG = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return openPalette();
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") return openHelp();
      if (event.key === "[") return toggleSidebar();
      if (event.key === "g") {
        pressedG.current = event.timeStamp;
        return;
      }
      const target = destinations.flat().find((each) => each.key === event.key);
      if (target && event.timeStamp - pressedG.current < sequenceMs && pressedG.current > 0) {
        event.preventDefault();
        event.stopImmediatePropagation();
        router.push(target.href);
      }
      pressedG.current = 0;
    };
    // In the capture phase: "g k" goes to the keys, and the table's own "k" must not see it.
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
  }, [router, openPalette, openHelp, toggleSidebar]);
}
