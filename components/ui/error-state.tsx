"use client";
import { TRPCClientError } from "@trpc/client";
import { RotateCw, TriangleAlert } from "lucide-react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";

export interface ErrorStateProps {
  /** What could not be done: "The traces could not be loaded". */
  title: string;
  error: unknown;
  onRetry?: () => void;
  className?: string;
}

/** The words of an error for a reader. */
export function errorText(error: unknown): string {
  // Without the server's own words there are only the browser's: "Failed to fetch", "signal is aborted without reason".
  const wordless = error instanceof TRPCClientError && !error.data;
  if (wordless || (error instanceof Error && error.message === "Failed to fetch"))
    return "The server does not answer. Is it running?";
  return error instanceof Error && error.message ? error.message : "Something went wrong.";
}

/** What failed, why, and a way to try again. */
export function ErrorState({ title, error, onRetry, className }: ErrorStateProps) {
  return (
    <div role="alert" className={cn("mx-auto flex w-full max-w-xl flex-col items-start gap-3 px-4 py-12", className)}>
      <span className="flex size-9 items-center justify-center rounded-md bg-danger-soft text-danger">
        <TriangleAlert aria-hidden className="size-4.5" />
      </span>
      <div>
        <h2 className="font-medium text-lg">{title}</h2>
        <p className="mt-1 text-ink-2 text-md [overflow-wrap:anywhere]">{errorText(error)}</p>
      </div>
      {onRetry && (
        <Button icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
