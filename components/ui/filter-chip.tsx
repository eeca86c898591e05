import { X } from "lucide-react";
import type { ReactNode } from "react";

/** A filter in force, with the button that takes it away. */
export function FilterChip({ name, value, onRemove }: { name: string; value: ReactNode; onRemove: () => void }) {
  return (
    <span className="inline-flex h-7 max-w-72 items-center rounded-md border border-edge bg-surface text-sm">
      <span className="truncate pr-1 pl-2">
        <span className="text-ink-3">{name}</span> <span className="text-ink">{value}</span>
      </span>
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove filter ${name}`}
        className="flex h-full items-center rounded-r-md px-1.5 text-ink-3 outline-offset-[-2px] hover:bg-raised hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}
