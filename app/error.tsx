"use client";
import { ErrorState } from "#components/ui/error-state";

/** What stands in place of a page that could not be rendered. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="flex min-h-dvh items-center">
      <ErrorState title="This page could not be shown" error={error} onRetry={reset} />
    </main>
  );
}
