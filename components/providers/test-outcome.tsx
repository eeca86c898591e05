import { formatDuration, formatPlural } from "#components/format/numbers";
import type { TestOutcome } from "#components/providers/provider-types";
import { problemOf } from "#components/trpc/error";
import { Callout } from "#components/ui/status";

const shownModels = 8;

/** What a test found: how long the provider took and its models, or what it said against it. */
export function TestOutcomeView({ outcome }: { outcome: TestOutcome }) {
  if (!outcome.ok) {
    const isKey = outcome.error?.code === "provider_auth_error";
    return (
      <Callout tone="danger" title={isKey ? "The provider does not accept the key" : "The provider could not be used"}>
        {outcome.error?.message} <span className="text-ink-3">After {formatDuration(outcome.latencyMs)}.</span>
      </Callout>
    );
  }
  const more = outcome.models.length - shownModels;
  return (
    <Callout
      tone="ok"
      title={`It works: ${formatPlural(outcome.models.length, "model")}, ${formatDuration(outcome.latencyMs)}`}
    >
      <span className="figures text-sm">
        {outcome.models
          .slice(0, shownModels)
          .map((model) => model.id)
          .join(", ")}
        {more > 0 && ` and ${more} more`}
      </span>
      {outcome.wire && <p>It is asked by {outcome.wire === "responses" ? "the Responses API" : "chat completions"}.</p>}
    </Callout>
  );
}

/** The outcome of a test, or why it could not be made. */
export function TestReport({ outcome, error }: { outcome: TestOutcome | undefined; error: unknown }) {
  if (error) return <Callout tone="danger">{problemOf(error).message}</Callout>;
  return outcome ? <TestOutcomeView outcome={outcome} /> : null;
}
