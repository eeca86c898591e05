"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { uploadFile } from "#components/vector-stores/upload-file";

export interface Upload {
  key: string;
  file: File;
  state: "waiting" | "uploading" | "done" | "failed" | "cancelled";
  /** 0 to 1. */
  share: number;
  problem: string | null;
}

export interface Uploads {
  uploads: Upload[];
  add: (files: readonly File[]) => void;
  cancel: (key: string) => void;
  retry: (key: string) => void;
  /** Takes what has ended off the list. */
  clear: () => void;
}

const atOnce = 3;

/** Sends files a few at a time and hands each id on. `onUploaded` may reject: then the upload counts as failed. */
export function useUploads(onUploaded: (fileId: string) => Promise<unknown>): Uploads {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const controls = useRef(new Map<string, AbortController>());
  const patch = useCallback((key: string, change: Partial<Upload>) => {
    setUploads((all) => all.map((each) => (each.key === key ? { ...each, ...change } : each)));
  }, []);
  const start = useCallback(
    async (upload: Upload) => {
      const control = new AbortController();
      controls.current.set(upload.key, control);
      patch(upload.key, { state: "uploading", share: 0, problem: null });
      try {
        const onProgress = (share: number) => patch(upload.key, { share });
        const fileId = await uploadFile({ file: upload.file, signal: control.signal, onProgress });
        await onUploaded(fileId);
        patch(upload.key, { state: "done", share: 1 });
      } catch (error) {
        const problem = error instanceof Error ? error.message : "The upload failed.";
        patch(upload.key, control.signal.aborted ? { state: "cancelled" } : { state: "failed", problem });
      } finally {
        controls.current.delete(upload.key);
      }
    },
    [onUploaded, patch],
  );
  useEffect(() => {
    const running = uploads.filter((each) => each.state === "uploading").length;
    const next = uploads
      .filter((each) => each.state === "waiting" && !controls.current.has(each.key))
      .slice(0, Math.max(0, atOnce - running));
    for (const upload of next) void start(upload);
  }, [uploads, start]);
  return {
    uploads,
    add: (files) =>
      setUploads((all) => [
        ...all,
        ...files.map(
          (file, at): Upload => ({
            key: `${performance.now()}-${at}`,
            file,
            state: "waiting",
            share: 0,
            problem: null,
          }),
        ),
      ]),
    cancel: (key) => {
      controls.current.get(key)?.abort(new Error("Cancelled"));
      patch(key, { state: "cancelled" });
    },
    retry: (key) => patch(key, { state: "waiting", problem: null, share: 0 }),
    clear: () => setUploads((all) => all.filter((each) => each.state === "waiting" || each.state === "uploading")),
  };
}
