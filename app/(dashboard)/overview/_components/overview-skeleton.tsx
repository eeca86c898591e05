import { placeholderKeys, Skeleton } from "#components/ui/skeleton";

/** The overview's shape while it loads. */
export function OverviewSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line md:grid-cols-3 xl:grid-cols-6">
        {placeholderKeys(6).map((key) => (
          <div key={key} className="flex flex-col gap-2 bg-surface px-4 py-3">
            <Skeleton className="h-3 w-16" />
            <Skeleton className="h-6 w-24" />
            <Skeleton className="h-3 w-20" />
          </div>
        ))}
      </div>
      <div className="grid gap-4 xl:grid-cols-2">
        <Skeleton className="h-52" />
        <Skeleton className="h-52" />
      </div>
      <Skeleton className="h-72" />
    </div>
  );
}
