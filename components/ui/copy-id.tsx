"use client";
import { Check, Copy } from "lucide-react";
import { shortenId } from "#components/format/ids";
import { cn } from "#components/ui/cn";
import { useCopy } from "#components/ui/copy-button";
import { Tooltip } from "#components/ui/tooltip";

/** An id with its middle cut; a click copies all of it. */
export function CopyId({ id, className, whole }: { id: string; className?: string; whole?: boolean }) {
  const { copied, copy } = useCopy(id);
  const Icon = copied ? Check : Copy;
  return (
    <Tooltip content={copied ? "Copied" : <span className="figures">{id}</span>}>
      <button
        type="button"
        onClick={(event) => {
          event.stopPropagation();
          event.preventDefault();
          copy();
        }}
        className={cn(
          "figures group/id inline-flex max-w-full items-center gap-1 rounded-xs text-ink-2 text-sm hover:text-ink",
          className,
        )}
      >
        <span className="sr-only">Copy </span>
        <span className="truncate">{whole ? id : shortenId(id)}</span>
        <Icon
          aria-hidden
          className="size-3 shrink-0 opacity-0 group-hover/id:opacity-100 group-focus-visible/id:opacity-100"
        />
      </button>
    </Tooltip>
  );
}
