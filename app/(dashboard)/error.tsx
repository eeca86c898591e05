"use client";
import { Page } from "#components/shell/page";
import { ErrorState } from "#components/ui/error-state";

/** A page that failed, inside the frame that did not. */
export default function DashboardErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Page title="Error">
      <ErrorState title="This page could not be shown" error={error} onRetry={reset} />
    </Page>
  );
}
