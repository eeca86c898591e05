"use client";
import type { Ref } from "react";
import { filesOfInput, type PickedFile } from "#components/ui/picked-files";

export interface FileInputProps {
  /** The input, to be clicked by a button: it is not seen itself. */
  ref: Ref<HTMLInputElement>;
  label: string;
  onFiles: (files: PickedFile[]) => void;
  /** Endings: ".pdf,.md". */
  accept?: string;
  /** Takes a folder with all that it holds. */
  folder?: boolean;
}

/** The browser's picker of files behind a button. */
export function FileInput({ ref, label, onFiles, accept, folder }: FileInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      multiple
      // React hands on what it has no property for.
      {...(folder ? { webkitdirectory: "" } : {})}
      accept={accept}
      aria-label={label}
      className="sr-only"
      tabIndex={-1}
      onChange={(event) => {
        const files = filesOfInput(event.target.files);
        event.target.value = "";
        if (files.length > 0) onFiles(files);
      }}
    />
  );
}
