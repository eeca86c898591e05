import { cn } from "#components/ui/cn";

/** A grey shape in place of something that loads. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden data-skeleton className={cn("block animate-pulse-soft rounded-sm bg-raised", className)} />;
}

/** `count` distinct keys. */
export function placeholderKeys(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `placeholder-${at}`);
}

const widths = ["w-3/4", "w-1/2", "w-2/3", "w-5/6", "w-3/5"];

/** Rows in the shape of a table that loads. */
export function TableSkeleton({ rows = 8, columns = 5 }: { rows?: number; columns?: number }) {
  return (
    <div role="status" aria-label="Loading">
      <div className="h-8 border-b" />
      {placeholderKeys(rows).map((key, row) => (
        <div key={key} className="flex h-9 items-center gap-6 border-b px-4">
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
