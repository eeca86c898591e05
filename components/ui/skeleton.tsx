import { cn } from "#components/ui/cn";
import { wideList } from "#components/ui/wide-list";

/** A grey shape in place of something that loads. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden data-skeleton className={cn("block animate-pulse-soft rounded-sm bg-raised", className)} />;
}

/** `count` distinct keys. */
export function placeholderKeys(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `placeholder-${at}`);
}

/** A page's parts that load, one below the other, each of its height in classes. */
export function SkeletonStack({ shapes }: { shapes: readonly string[] }) {
  const keys = placeholderKeys(shapes.length);
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      {shapes.map((shape, at) => (
        <Skeleton key={keys[at]} className={shape} />
      ))}
    </div>
  );
}

const widths = ["w-3/4", "w-1/2", "w-2/3", "w-5/6", "w-3/5"];

export interface TableSkeletonProps {
  rows?: number;
  columns?: number;
  /** False for rows without a header above them. */
  head?: boolean;
  /** As the table that it stands for. */
  wide?: boolean;
}

/** Rows in the shape of a table that loads. */
export function TableSkeleton({ rows = 8, columns = 5, head = true, wide = false }: TableSkeletonProps) {
  return (
    <div role="status" aria-label="Loading" className={wide ? wideList : undefined}>
      <div className={cn("border-b", head && "h-8")} />
      {placeholderKeys(rows).map((key, row) => (
        <div key={key} className="flex h-9 items-center gap-6 border-b px-(--table-gutter,1rem)">
          {placeholderKeys(columns).map((cell, column) => (
            <span key={cell} className={column === 0 ? "flex-[2]" : "flex-1"}>
              <Skeleton className={cn("h-3", widths[(row * 2 + column) % widths.length])} />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
