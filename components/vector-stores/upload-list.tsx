"use client";
import { RotateCw, X } from "lucide-react";
import { formatBytes, formatExact, formatPlural } from "#components/format/numbers";
import { Button } from "#components/ui/button";
import { IconButton } from "#components/ui/icon-button";
import { ProgressBar } from "#components/ui/progress";
import { RunStatus, Status } from "#components/ui/status";
import { isUndecided, type Upload, type Uploads } from "#components/vector-stores/use-uploads";

/** Of a folder with thousands of files, those at the front are enough to see how it goes. */
const mostRows = 30;

export interface UploadListProps extends Uploads {
  /** Shows how a file that is held would be cut. */
  onPreview?: (upload: Upload) => void;
}

/** Files on their way, each with its progress; what arrived leaves the list by itself. */
export function UploadList({ uploads: list, cancel, retry, settle, clear, onPreview }: UploadListProps) {
  const shown = list.filter((each) => each.state !== "done");
  if (shown.length === 0) return null;
  const duplicates = shown.filter((each) => each.state === "duplicate").map((each) => each.key);
  const held = shown.filter((each) => each.state === "held").map((each) => each.key);
  const ended = shown.filter((each) => each.state === "failed" || each.state === "cancelled");
  const total = list.reduce((sum, each) => sum + each.file.size, 0);
  const sent = list.reduce((sum, each) => sum + each.file.size * each.share, 0);
  return (
    <section aria-label="Uploads" className="rounded-md border bg-surface">
      <header className="flex flex-wrap items-center gap-3 border-b px-3 py-2">
        <span className="min-w-48 flex-1">
          {headline(shown, { ended: ended.length, duplicates: duplicates.length, held: held.length })}
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
        {held.length > 1 && (
          <Button size="sm" onClick={() => settle(held, "attach")}>
            Index {held.length} files
          </Button>
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
            onPreview={() => onPreview?.(upload)}
          />
        ))}
      </ul>
      {shown.length > mostRows && (
        <p className="border-t px-3 py-1.5 text-ink-2">and {formatExact(shown.length - mostRows)} more</p>
      )}
    </section>
  );
}

function headline(shown: readonly Upload[], count: { ended: number; duplicates: number; held: number }): string {
  const { ended, duplicates, held } = count;
  const open = shown.length - ended - duplicates - held;
  if (open > 0) return `Uploading ${formatPlural(open, "file")}`;
  if (ended > 0) return `${formatPlural(ended, "file")} did not arrive`;
  if (held > 0) return held === 1 ? "One file waits to be indexed" : `${formatExact(held)} files wait to be indexed`;
  return duplicates === 1 ? "One file is here already" : `${formatExact(duplicates)} files are here already`;
}

interface UploadRowProps {
  upload: Upload;
  onCancel: () => void;
  onRetry: () => void;
  onSettle: (choice: "attach" | "skip") => void;
  onPreview: () => void;
}

function UploadRow({ upload, onCancel, onRetry, onSettle, onPreview }: UploadRowProps) {
  const { file, path, state, share, problem, arrived } = upload;
  return (
    <li className="flex flex-wrap items-center gap-3 border-b px-3 py-1.5 last:border-b-0">
      <span className="min-w-48 flex-1">
        <span className="block truncate">{path}</span>
        {problem && <span className="block text-danger text-sm">{problem}</span>}
        {arrived && state === "duplicate" && (
          <span className="block text-ink-2 text-sm">
            Same content as {arrived.presentName}, which is in this store
          </span>
        )}
        {state === "uploading" && <ProgressBar value={share * 100} label={`Upload of ${path}`} className="mt-1" />}
      </span>
      <span className="figures w-18 text-right text-ink-3 text-sm">{formatBytes(file.size)}</span>
      {isUndecided(upload) ? (
        <Decision {...{ upload, onSettle, onPreview }} />
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

function Decision({ upload, onSettle, onPreview }: Pick<UploadRowProps, "upload" | "onSettle" | "onPreview">) {
  const { path, state } = upload;
  const isHeld = state === "held";
  return (
    <span className="flex gap-1">
      {isHeld && (
        <Button size="sm" aria-label={`Preview the cut of ${path}`} onClick={onPreview}>
          Preview the cut
        </Button>
      )}
      <Button
        size="sm"
        variant={isHeld ? "secondary" : "ghost"}
        aria-label={isHeld ? `Index ${path}` : `Add ${path} anyway`}
        onClick={() => onSettle("attach")}
        className={isHeld ? undefined : "order-last"}
      >
        {isHeld ? "Index" : "Add anyway"}
      </Button>
      <Button
        size="sm"
        variant={isHeld ? "ghost" : "secondary"}
        aria-label={`Skip ${path}`}
        onClick={() => onSettle("skip")}
      >
        Skip
      </Button>
    </span>
  );
}
