"use client";
import type { ReactNode } from "react";
import { Button, type ButtonSize, type ButtonVariant } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { errorText } from "#components/ui/error-state";

export interface MoreButtonProps {
  /** A list that is read page by page. */
  list: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => Promise<unknown>;
  };
  /** What it says: lists are newest first unless this says otherwise. */
  label?: string;
  size?: ButtonSize;
  variant?: ButtonVariant;
  className?: string;
  /** Beside it. */
  children?: ReactNode;
}

/** The way to a list's next page, and why it did not come; nothing when there is none. */
export function MoreButton({ list, label = "Show older", size, variant, className, children }: MoreButtonProps) {
  if (!list.hasNextPage) return null;
  return (
    <div className={cn("flex flex-wrap items-center gap-3", className)}>
      <Button size={size} variant={variant} busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {label}
      </Button>
      {list.isFetchNextPageError && (
        <span role="alert" className="text-danger text-sm">
          {errorText(list.error)}
        </span>
      )}
      {children}
    </div>
  );
}
