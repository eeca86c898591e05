"use client";
import { ChevronRight, Menu } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useShell } from "#components/shell/shell-context";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";

export interface Crumb {
  label: string;
  href: string;
}

export interface PageProps {
  title: ReactNode;
  /** Where the page stands: its parents, outermost first. */
  crumbs?: readonly Crumb[];
  /** The page's one primary action, and quieter ones before it. */
  actions?: ReactNode;
  children: ReactNode;
  /** `form`: at most 640 px; `full`: everything, without gutters; otherwise the page with gutters. */
  width?: "form" | "full" | "page";
}

/** A page of the dashboard: the bar with title and action, and the content that scrolls below it. */
export function Page({ title, crumbs = [], actions, children, width = "page" }: PageProps) {
  const { openNavigation } = useShell();
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b px-4 lg:px-6">
        <IconButton icon={Menu} label="Open navigation" className="-ml-2 lg:hidden" onClick={openNavigation} />
        <div className="flex min-w-0 flex-1 items-center gap-1.5">
          {crumbs.map((crumb) => (
            <span key={crumb.href} className="flex shrink-0 items-center gap-1.5 max-sm:hidden">
              <Link href={crumb.href} className="rounded-xs text-ink-2 text-md hover:text-ink">
                {crumb.label}
              </Link>
              <ChevronRight aria-hidden className="size-3.5 text-ink-3" />
            </span>
          ))}
          <h1 className="truncate font-semibold text-md">{title}</h1>
        </div>
        {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={cn(
          "flex min-h-0 flex-1 flex-col outline-none",
          width === "full" ? "overflow-hidden" : "scroll-thin overflow-y-auto px-4 py-5 lg:px-6",
        )}
      >
        {width === "form" ? <div className="flex w-full max-w-160 flex-col gap-8">{children}</div> : children}
      </main>
    </>
  );
}
