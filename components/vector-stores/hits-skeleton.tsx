import { placeholderKeys, Skeleton } from "#components/ui/skeleton";

/** Stands where the passages of a search will be. */
export function HitsSkeleton() {
  return (
    <div role="status" aria-label="Searching" className="flex flex-col gap-3">
      {placeholderKeys(3).map((key) => (
        <Skeleton key={key} className="h-28" />
      ))}
    </div>
  );
}
