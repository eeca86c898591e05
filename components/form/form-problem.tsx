import { problemOf } from "#components/trpc/error";
import { Callout } from "#components/ui/status";

/** The message of a failed call when it is about `field`, else null. */
export function fieldError(error: unknown, field: string): string | null {
  if (!error) return null;
  const problem = problemOf(error);
  return problem.field === field || problem.field?.startsWith(`${field}.`) ? problem.message : null;
}

/** Forms in dialogs scroll, and a failure outside what is seen is none. Stable, so that it runs once a failure. */
const bringIntoView = (element: HTMLDivElement | null) => element?.scrollIntoView({ block: "nearest" });

/** What went wrong with a form, unless one of its fields says it already. */
export function FormProblem({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  if (!error || fields.some((field) => fieldError(error, field))) return null;
  return (
    <div ref={bringIntoView}>
      <Callout tone="danger">{problemOf(error).message}</Callout>
    </div>
  );
}
