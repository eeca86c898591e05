import { ProgressBar } from "#components/ui/progress";
import { RunStatus, Status } from "#components/ui/status";
import type { StoreFile } from "#components/vector-stores/store-types";

const stepWords: Record<string, string> = {
  queued: "Waiting",
  parsing: "Reading",
  chunking: "Cutting into passages",
  embedding: "Embedding",
};

/** How far a file is: its step with what is done of it, ready, or why not. */
export function FileStatus({ file }: { file: StoreFile }) {
  if (file.status === "failed") {
    return (
      <span className="flex min-w-52 flex-col py-1">
        <RunStatus status="failed" />
        <span className="text-ink-2 text-sm">{file.errorMessage}</span>
      </span>
    );
  }
  if (file.status === "completed") return <Status tone="ok">Ready</Status>;
  if (file.status === "cancelled") return <RunStatus status="cancelled" />;
  const counted = file.step === "embedding" && file.totalCount > 0;
  return (
    <span className="flex w-56 flex-col gap-1 py-1">
      <Status tone="running">
        {stepWords[file.step] ?? file.step}
        {counted && <span className="figures ml-1 text-sm">{` ${file.doneCount} of ${file.totalCount}`}</span>}
      </Status>
      {counted && <ProgressBar value={(file.doneCount / file.totalCount) * 100} label={`Embedding ${file.filename}`} />}
    </span>
  );
}
