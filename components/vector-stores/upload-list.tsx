"use client";
import { RotateCw, X } from "lucide-react";
import { formatBytes, formatPlural } from "#components/format/numbers";
import { Button } from "#components/ui/button";
import { IconButton } from "#components/ui/icon-button";
import { ProgressBar } from "#components/ui/progress";
import { RunStatus, Status } from "#components/ui/status";
import type { Upload, Uploads } from "#components/vector-stores/use-uploads";

/** Files on their way, each with its progress; what arrived leaves the list by itself. */
export function UploadList({ uploads: list, cancel, retry, clear }: Uploads) {
  const shown = list.filter((each) => each.state !== "done");
  if (shown.length === 0) return null;
  const open = shown.filter((each) => each.state === "waiting" || each.state === "uploading");
  const total = list.reduce((sum, each) => sum + each.file.size, 0);
  const sent = list.reduce((sum, each) => sum + each.file.size * each.share, 0);
  return (
    <section aria-label="Uploads" className="rounded-md border bg-surface">
      <header className="flex items-center gap-3 border-b px-3 py-2">
        <span className="min-w-0 flex-1">
          {open.length > 0
            ? `Uploading ${formatPlural(open.length, "file")}`
            : `${formatPlural(shown.length, "file")} did not arrive`}
          <span className="figures ml-2 text-ink-3 text-sm">
            {formatBytes(sent)} of {formatBytes(total)}
          </span>
        </span>
        {open.length < shown.length && (
          <Button size="sm" variant="ghost" onClick={clear}>
            Clear
          </Button>
        )}
      </header>
      <ul>
        {shown.map((upload) => (
          <UploadRow
            key={upload.key}
            upload={upload}
            onCancel={() => cancel(upload.key)}
            onRetry={() => retry(upload.key)}
          />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload, onCancel, onRetry }: { upload: Upload; onCancel: () => void; onRetry: () => void }) {
  const { file, state, share, problem } = upload;
  const open = state === "waiting" || state === "uploading";
  return (
    <li className="flex items-center gap-3 border-b px-3 py-1.5 last:border-b-0">
      <span className="min-w-0 flex-1">
        <span className="block truncate">{file.name}</span>
        {problem && <span className="block text-danger text-sm">{problem}</span>}
        {state === "uploading" && <ProgressBar value={share * 100} label={`Upload of ${file.name}`} className="mt-1" />}
      </span>
      <span className="figures w-18 text-right text-ink-3 text-sm">{formatBytes(file.size)}</span>
      <span className="w-24 text-sm">
        {state === "uploading" && <span className="figures text-ink-2">{Math.floor(share * 100)}%</span>}
        {state === "waiting" && <Status tone="neutral">Waiting</Status>}
        {state === "failed" && <RunStatus status="failed" />}
        {state === "cancelled" && <RunStatus status="cancelled" />}
      </span>
      {open ? (
        <IconButton icon={X} size="sm" label={`Cancel ${file.name}`} onClick={onCancel} />
      ) : (
        <IconButton icon={RotateCw} size="sm" label={`Try ${file.name} again`} onClick={onRetry} />
      )}
    </li>
  );
}
