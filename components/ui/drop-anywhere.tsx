"use client";
import { Upload } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { filesOfDrop, type PickedFile } from "#components/ui/picked-files";

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** Takes files and folders that are dropped anywhere in the window, and says so while they hover. */
export function DropAnywhere({ onFiles, children }: { onFiles: (files: PickedFile[]) => void; children: ReactNode }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      // Without one, the pointer has left the window; with one, only an element.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented || !event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      void filesOfDrop(event.dataTransfer).then((files) => files.length > 0 && onFiles(files));
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, [onFiles]);
  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-2 z-50 flex items-center justify-center rounded-lg border-2 border-accent border-dashed bg-canvas/85">
      <p className="flex items-center gap-2 rounded-md bg-float px-4 py-3 font-medium text-md shadow-float">
        <Upload aria-hidden className="size-4.5 text-accent" />
        {children}
      </p>
    </div>
  );
}
