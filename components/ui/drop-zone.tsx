"use client";
import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";

export interface DropZoneProps {
  onFiles: (files: File[]) => void;
  /** File name endings offered by the picker: ".pdf,.md". Dropped files are not filtered. */
  accept?: string;
  hint: ReactNode;
  compact?: boolean;
  disabled?: boolean;
}

/** Where files are dropped, or chosen with a button. */
export function DropZone({ onFiles, accept, hint, compact, disabled }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled && event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
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
        compact ? "flex-row py-3" : "flex-col py-8 text-center",
        over && "border-accent border-solid bg-accent-soft",
      )}
    >
      <Upload aria-hidden className="size-4.5 text-ink-3" />
      <p className={cn("min-w-0 text-base text-ink-2", compact && "flex-1")}>{hint}</p>
      <Button disabled={disabled} onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        accept={accept}
        aria-label="Choose files"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </section>
  );
}
