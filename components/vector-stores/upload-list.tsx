"use client";
import { RotateCw, X } from "lucide-react";
import { formatBytes, formatExact, formatPlural } from "#components/format/numbers";
import { Button } from "#components/ui/button";
import { IconButton } from "#components/ui/icon-button";
import { ProgressBar } from "#components/ui/progress";
import { RunStatus, Status } from "#components/ui/status";
import type { Upload, Uploads } from "#components/vector-stores/use-uploads";

/** Of a folder with thousands of files, those at the front are enough to see how it goes. */
const mostRows = 30;

/** Files on their way, each with its progress; what arrived leaves the list by itself. */
export function UploadList({ uploads: list, cancel, retry, settle, clear }: Uploads) {
  const shown = list.filter((each) => each.state !== "done");
  if (shown.length === 0) return null;
  const duplicates = shown.filter((each) => each.state === "duplicate").map((each) => each.key);
  const ended = shown.filter((each) => each.state === "failed" || each.state === "cancelled");
  const total = list.reduce((sum, each) => sum + each.file.size, 0);
  const sent = list.reduce((sum, each) => sum + each.file.size * each.share, 0);
  return (
    <section aria-label="Uploads" className="rounded-md border bg-surface">
      <header className="flex flex-wrap items-center gap-3 border-b px-3 py-2">
        <span className="min-w-48 flex-1">
          {headline(shown, ended.length, duplicates.length)}
          <span className="figures ml-2 text-ink-3 text-sm">
            {formatBytes(sent)} of {formatBytes(total)}
          </span>
        </span>
        {duplicates.length > 1 && (
          <>
            <Button size="sm" onClick={() => settle(duplicates, "skip")}>
              Skip {duplicates.length} duplicates
            </Button>
            <Button size="sm" variant="ghost" onClick={() => settle(duplicates, "attach")}>
              Add them anyway
            </Button>
          </>
        )}
        {ended.length > 0 && (
          <Button size="sm" variant="ghost" onClick={clear}>
            Clear
          </Button>
        )}
      </header>
      <ul>
        {shown.slice(0, mostRows).map((upload) => (
          <UploadRow
            key={upload.key}
            upload={upload}
            onCancel={() => cancel(upload.key)}
            onRetry={() => retry(upload.key)}
            onSettle={(choice) => settle([upload.key], choice)}
          />
        ))}
      </ul>
      {shown.length > mostRows && (
        <p className="border-t px-3 py-1.5 text-ink-2">and {formatExact(shown.length - mostRows)} more</p>
      )}
    </section>
  );
}

function headline(shown: readonly Upload[], ended: number, duplicates: number): string {
  const open = shown.length - ended - duplicates;
  if (open > 0) return `Uploading ${formatPlural(open, "file")}`;
  if (ended > 0) return `${formatPlural(ended, "file")} did not arrive`;
  return duplicates === 1 ? "One file is here already" : `${formatExact(duplicates)} files are here already`;
}

interface UploadRowProps {
  upload: Upload;
  onCancel: () => void;
  onRetry: () => void;
  onSettle: (choice: "attach" | "skip") => void;
}

function UploadRow({ upload, onCancel, onRetry, onSettle }: UploadRowProps) {
  const { file, path, state, share, problem, duplicate } = upload;
  return (
    <li className="flex flex-wrap items-center gap-3 border-b px-3 py-1.5 last:border-b-0">
      <span className="min-w-48 flex-1">
        <span className="block truncate">{path}</span>
        {problem && <span className="block text-danger text-sm">{problem}</span>}
        {duplicate && state === "duplicate" && (
          <span className="block text-ink-2 text-sm">
            Same content as {duplicate.presentName}, which is in this store
          </span>
        )}
        {state === "uploading" && <ProgressBar value={share * 100} label={`Upload of ${path}`} className="mt-1" />}
      </span>
      <span className="figures w-18 text-right text-ink-3 text-sm">{formatBytes(file.size)}</span>
      {state === "duplicate" ? (
        <span className="flex gap-1">
          <Button size="sm" aria-label={`Skip ${path}`} onClick={() => onSettle("skip")}>
            Skip
          </Button>
          <Button size="sm" variant="ghost" aria-label={`Add ${path} anyway`} onClick={() => onSettle("attach")}>
            Add anyway
          </Button>
        </span>
      ) : (
        <>
          <span className="w-24 text-sm">
            {state === "uploading" && <span className="figures text-ink-2">{Math.floor(share * 100)}%</span>}
            {state === "waiting" && <Status tone="neutral">Waiting</Status>}
            {state === "failed" && <RunStatus status="failed" />}
            {state === "cancelled" && <RunStatus status="cancelled" />}
          </span>
          {state === "waiting" || state === "uploading" ? (
            <IconButton icon={X} size="sm" label={`Cancel ${path}`} onClick={onCancel} />
          ) : (
            <IconButton icon={RotateCw} size="sm" label={`Try ${path} again`} onClick={onRetry} />
          )}
        </>
      )}
    </li>
  );
}
