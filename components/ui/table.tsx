"use client";
import {
  type ComponentProps,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useRef,
} from "react";
import { cn } from "#components/ui/cn";
import { wideList } from "#components/ui/wide-list";

/** Marks the link that a click on the row, or Enter, opens. */
export const rowLinkProps = { "data-row-link": "" } as const;

const interactive = "a, button, input, select, textarea, label, [role=button], [role=checkbox], [role=menuitem]";

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable=true], [role=dialog]") !== null
  );
}

function openRow(row: Element, inNewTab: boolean) {
  const link = row.querySelector<HTMLElement>("[data-row-link]");
  if (!link) return;
  if (inNewTab && link instanceof HTMLAnchorElement) window.open(link.href, "_blank", "noopener");
  else link.click();
}

/** j and k move the focus from row to row; the focused row link takes Enter itself. */
function useRowKeys(enabled: boolean) {
  const ref = useRef<HTMLTableElement>(null);
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key !== "j" && event.key !== "k") return;
      const links = [...(ref.current?.querySelectorAll<HTMLElement>("tbody [data-row-link]") ?? [])];
      const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
      const next = event.key === "j" ? at + 1 : Math.max(0, at - 1);
      const link = links[Math.min(next, links.length - 1)];
      if (!link) return;
      event.preventDefault();
      link.focus();
      link.closest("tr")?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [enabled]);
  return ref;
}

export interface TableProps {
  /** What the rows are, for screen readers. */
  label: string;
  /** A row of `Th`. */
  head: ReactNode;
  children: ReactNode;
  dense?: boolean;
  /** The keys j and k walk this table. Only one table of a page. */
  keys?: boolean;
  /** The page's own list: it reaches the edges of the page. */
  wide?: boolean;
  className?: string;
  /** Of the element that scrolls. */
  scrollRef?: Ref<HTMLElement>;
}

/** Rows of facts under a header that stays in view. */
export function Table(props: TableProps) {
  const { label, head, children, dense, keys = false, wide = false, className, scrollRef } = props;
  const ref = useRowKeys(keys);
  return (
    <section
      ref={scrollRef}
      aria-label={label}
      tabIndex={-1}
      className={cn("scroll-thin relative overflow-auto", wide && wideList, className)}
    >
      <table
        ref={ref}
        data-dense={dense || undefined}
        className="group/table w-full border-separate border-spacing-0 text-base"
      >
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

interface CellProps {
  children?: ReactNode;
  /** Figures stand at the right. */
  align?: "left" | "right";
  className?: string;
}

interface HeadProps extends CellProps {
  /** How the rows are sorted by this column, where they can be. */
  sort?: "ascending" | "descending" | "none";
}

/** A column's header; figures name their unit here. */
export function Th({ children, align = "left", className, sort }: HeadProps) {
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={cn(
        "sticky top-0 z-10 h-8 whitespace-nowrap border-b bg-canvas px-3 font-normal text-ink-3 text-sm first:pl-(--table-gutter,1rem) last:pr-(--table-gutter,1rem)",
        align === "right" ? "text-right" : "text-left",
        className,
      )}
    >
      {children}
    </th>
  );
}

/** A row. A click anywhere but on a control opens its row link; with ⌘ or Ctrl, in a tab. */
export function Tr({ className, children, ...rest }: ComponentProps<"tr">) {
  const onPointer = (event: MouseEvent<HTMLTableRowElement>) => {
    if (event.defaultPrevented || (event.target as Element).closest(interactive)) return;
    if (window.getSelection()?.toString()) return;
    openRow(event.currentTarget, event.metaKey || event.ctrlKey || event.button === 1);
  };
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.key === "Enter" && event.metaKey) openRow(event.currentTarget, true);
  };
  return (
    <tr
      {...rest}
      onClick={onPointer}
      onAuxClick={onPointer}
      onKeyDown={onKey}
      className={cn(
        "group/row has-[[data-row-link]]:cursor-pointer has-[[data-row-link]]:hover:bg-raised/60",
        "has-[[data-row-link]:focus-visible]:bg-accent-soft",
        className,
      )}
    >
      {children}
    </tr>
  );
}

/** A cell. */
export function Td({ children, align = "left", className }: CellProps) {
  return (
    <td
      className={cn(
        "h-9 border-line border-b px-3 group-last/row:border-b-0 group-data-[dense]/table:h-7 first:pl-(--table-gutter,1rem) last:pr-(--table-gutter,1rem)",
        align === "right" ? "figures whitespace-nowrap text-right text-sm" : "text-left",
        className,
      )}
    >
      {children}
    </td>
  );
}
