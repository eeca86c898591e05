"use client";
import { useState } from "react";

/** What had the focus when a popup opened, and where that was itself in a popup, which may go first, what opened that. */
interface Opener {
  element: HTMLElement | null;
  behind: Opener | null;
}

const POPUPS = "[role=dialog], [role=alertdialog]";
let newest: Opener | null = null;

/** What has the focus; of an item in a menu, which is about to go, the menu's button. */
function openerNow(): Opener {
  const focused = document.activeElement;
  const menu = focused?.closest("[role=menu]");
  const found = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : focused;
  const element = found instanceof HTMLElement && found !== document.body ? found : null;
  // A button that is busy has lost the focus: then it was in the popup that is open.
  const popup = element ? element.closest(POPUPS) : document.querySelector(POPUPS);
  newest = { element, behind: popup && newest };
  return newest;
}

/**
 * For a popup's `finalFocus`: gives the focus back to what had it when the popup opened. The popup itself would look
 * only after a field of its own with `autoFocus` has taken it.
 */
export function useOpener(open: boolean): () => HTMLElement | true {
  const [seen, setSeen] = useState<{ open: boolean; opener: Opener | null }>({ open: false, opener: null });
  if (open !== seen.open) setSeen({ open, opener: open ? openerNow() : seen.opener });
  return () => {
    for (let opener = seen.opener; opener; opener = opener.behind) {
      if (opener.element?.isConnected) return opener.element;
    }
    return true;
  };
}
