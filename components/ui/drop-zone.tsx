"use client";
import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { FileInput } from "#components/ui/file-input";
import { filesOfDrop, type PickedFile } from "#components/ui/picked-files";

export interface DropZoneProps {
  /** Of dropped folders come all files. */
  onFiles: (files: PickedFile[]) => void;
  /** File name endings offered by the picker: ".pdf,.md". Dropped files are not filtered. */
  accept?: string;
  hint: ReactNode;
  compact?: boolean;
  /** Further ways to bring something, beside the button. */
  actions?: ReactNode;
}

/** Where files are dropped, or chosen with a button. */
export function DropZone({ onFiles, accept, hint, compact, actions }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void filesOfDrop(event.dataTransfer).then((files) => files.length > 0 && onFiles(files));
  };
  return (
    <section
      aria-label="Drop files here"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        "flex items-center gap-3 rounded-md border border-edge border-dashed bg-surface px-4",
        compact ? "flex-row flex-wrap py-3" : "flex-col py-8 text-center",
        over && "border-accent border-solid bg-accent-soft",
      )}
    >
      <Upload aria-hidden className="size-4.5 text-ink-3" />
      <p className={cn("min-w-0 text-base text-ink-2", compact && "min-w-48 flex-1")}>{hint}</p>
      <span className="flex flex-wrap justify-center gap-2">
        <Button onClick={() => input.current?.click()}>Choose files</Button>
        {actions}
      </span>
      <FileInput ref={input} label="Choose files" onFiles={onFiles} accept={accept} />
    </section>
  );
}
