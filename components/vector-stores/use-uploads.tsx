"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PickedFile } from "#components/ui/picked-files";
import { uploadFile } from "#components/vector-stores/upload-file";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";

export interface Upload extends PickedFile {
  key: string;
  /**
   * `duplicate` and `held`: it is here, and somebody is to say what becomes of it, since its content is known already or
   * its cut is to be seen first.
   */
  state: "waiting" | "uploading" | "done" | "duplicate" | "held" | "failed" | "cancelled";
  /** 0 to 1. */
  share: number;
  problem: string | null;
  /** Of what is here: its id, and the name of a file that it equals. */
  arrived: { fileId: string; presentName: string | null } | null;
}

export interface UploadTarget {
  /** The vector store into which the server takes what arrives, whoever closes the window; else all is attached here. */
  store?: string;
  /** Takes an uploaded file in. May reject: then the upload counts as failed. */
  attach: (fileId: string, strategy?: ChunkingStrategy) => Promise<unknown>;
  /** Told that the server has taken one in. */
  taken?: () => void;
  /** Takes back an uploaded file that is not wanted. */
  discard?: (fileId: string) => Promise<unknown>;
  /** Whether what is sent from now on is taken in only when somebody says so. */
  hold?: boolean;
}

export interface Uploads {
  uploads: Upload[];
  add: (files: readonly PickedFile[]) => void;
  cancel: (key: string) => void;
  retry: (key: string) => void;
  /** Says what becomes of what waits for it: taken in, cut as named, or left out. */
  settle: (keys: readonly string[], choice: "attach" | "skip", strategy?: ChunkingStrategy) => void;
  /** Takes what has ended off the list. */
  clear: () => void;
}

const atOnce = 3;
let made = 0;

function waiting(picked: PickedFile): Upload {
  return { ...picked, key: `upload-${made++}`, state: "waiting", share: 0, problem: null, arrived: null };
}

/** True for what is here and waits for somebody's word. */
export function isUndecided({ state }: Upload): boolean {
  return state === "duplicate" || state === "held";
}

function isOpen({ state }: Upload): boolean {
  return state === "waiting" || state === "uploading";
}

/** Asks before the window goes while files are on their way, or wait for a word; what is taken in is read on without it. */
function useLeaveWarning(active: boolean) {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [active]);
}

/** Sends files a few at a time and hands each on. */
export function useUploads({ store, attach, taken, discard, hold = false }: UploadTarget): Uploads {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const controls = useRef(new Map<string, AbortController>());
  const holding = useRef(hold);
  holding.current = hold;
  const patch = useCallback((key: string, change: Partial<Upload>) => {
    setUploads((all) => all.map((each) => (each.key === key ? { ...each, ...change } : each)));
  }, []);
  const fail = useCallback(
    (key: string, error: unknown) =>
      patch(key, { state: "failed", problem: error instanceof Error ? error.message : "The upload failed." }),
    [patch],
  );
  const start = useCallback(
    async ({ key, file, path }: Upload) => {
      const control = new AbortController();
      controls.current.set(key, control);
      patch(key, { state: "uploading", share: 0, problem: null, arrived: null });
      try {
        const onProgress = (share: number) => patch(key, { share });
        const into = store === undefined ? undefined : { vectorStoreId: store, hold: holding.current };
        const { attached, ...arrived } = await uploadFile({ file, path, into, signal: control.signal, onProgress });
        if (arrived.presentName !== null) return patch(key, { state: "duplicate", share: 1, arrived });
        if (into?.hold) return patch(key, { state: "held", share: 1, arrived });
        if (attached) taken?.();
        else await attach(arrived.fileId);
        patch(key, { state: "done", share: 1 });
      } catch (error) {
        if (control.signal.aborted) patch(key, { state: "cancelled" });
        else fail(key, error);
      } finally {
        controls.current.delete(key);
      }
    },
    [store, attach, taken, patch, fail],
  );
  useEffect(() => {
    const running = uploads.filter((each) => each.state === "uploading").length;
    const next = uploads
      .filter((each) => each.state === "waiting" && !controls.current.has(each.key))
      .slice(0, Math.max(0, atOnce - running));
    for (const upload of next) void start(upload);
  }, [uploads, start]);
  useLeaveWarning(uploads.some((each) => isOpen(each) || isUndecided(each)));
  const settleOne = async ({ key, arrived }: Upload, choice: "attach" | "skip", strategy?: ChunkingStrategy) => {
    if (!arrived) return;
    patch(key, { state: "done" });
    try {
      await (choice === "attach" ? attach(arrived.fileId, strategy) : discard?.(arrived.fileId));
    } catch (error) {
      fail(key, error);
    }
  };
  return {
    uploads,
    add: useCallback((files: readonly PickedFile[]) => setUploads((all) => [...all, ...files.map(waiting)]), []),
    cancel: (key) => {
      controls.current.get(key)?.abort(new Error("Cancelled"));
      patch(key, { state: "cancelled" });
    },
    retry: (key) => patch(key, { state: "waiting", problem: null, share: 0 }),
    settle: (keys, choice, strategy) => {
      for (const upload of uploads) if (keys.includes(upload.key)) void settleOne(upload, choice, strategy);
    },
    clear: () => setUploads((all) => all.filter((each) => isOpen(each) || isUndecided(each))),
  };
}
