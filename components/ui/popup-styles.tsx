import { cn } from "#components/ui/cn";

/** A surface that floats: menus, lists, popovers. */
export const popupClass = cn(
  "popup-motion origin-(--transform-origin) rounded-md bg-float text-ink shadow-float outline-none",
);

/** One row of a menu or list that floats. */
export const itemClass = cn(
  "flex min-h-7.5 cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-base outline-none",
  "data-[highlighted]:bg-raised data-[disabled]:opacity-50 [&_svg]:shrink-0",
);

/** The veil behind dialogs and sheets. */
export const backdropClass = cn("fade-motion fixed inset-0 z-40 bg-[oklch(0.2_0.01_80/0.38)]");
