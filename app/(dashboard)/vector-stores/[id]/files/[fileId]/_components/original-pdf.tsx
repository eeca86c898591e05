"use client";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useState } from "react";

/** An image in a document of more pixels than this is left out. */
const maxImagePixels = 50_000_000;
/** Of one page's drawing, in bytes of its pixels: a page may say that it is kilometres wide. */
const maxCanvasBytes = 64 * 2 ** 20;

export type OriginalPdf =
  | { phase: "loading"; share: number | null }
  | { phase: "open"; pdf: PDFDocumentProxy }
  | { phase: "failed"; problem: string };

const problems: Record<string, string> = {
  InvalidPDFException: "The file is no PDF, or is damaged.",
  PasswordException: "The PDF is protected by a password.",
  ResponseException: "The server did not hand out the file.",
};

/** The address of an original. */
export function originalUrl(fileId: string): string {
  return `/api/files/${encodeURIComponent(fileId)}/content`;
}

/**
 * Opens a PDF in pdf.js's own thread, which has nothing of this page. Only pictures of pages are made of it: no links, no
 * forms, no scripts.
 */
async function loadPdf(fileId: string, onProgress: (share: number | null) => void) {
  const { getDocument, GlobalWorkerOptions, version } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const home = `/api/pdfjs/${version}/`;
  GlobalWorkerOptions.workerSrc = `${home}worker.mjs`;
  const task = getDocument({
    url: originalUrl(fileId),
    cMapUrl: `${home}cmaps/`,
    iccUrl: `${home}iccs/`,
    standardFontDataUrl: `${home}standard_fonts/`,
    wasmUrl: `${home}wasm/`,
    enableXfa: false,
    disableRange: true,
    disableWorkerRendering: true,
    useWorkerFetch: true,
    maxImageSize: maxImagePixels,
    canvasMaxAreaInBytes: maxCanvasBytes,
    verbosity: 0,
  });
  task.onProgress = ({ loaded, total }: { loaded: number; total: number }) =>
    onProgress(total > 0 ? Math.min(1, loaded / total) : null);
  return task;
}

/** The original of a file as a PDF; null while it is not asked for. Closed with the component, or for another file. */
export function useOriginalPdf(fileId: string | null): OriginalPdf {
  const [state, setState] = useState<OriginalPdf>({ phase: "loading", share: null });
  useEffect(() => {
    if (fileId === null) return;
    let gone = false;
    setState({ phase: "loading", share: null });
    const loading = loadPdf(fileId, (share) => {
      if (!gone) setState((now) => (now.phase === "loading" ? { phase: "loading", share } : now));
    });
    const open = async () => {
      const pdf = await (await loading).promise;
      if (!gone) setState({ phase: "open", pdf });
    };
    open().catch((error: unknown) => {
      const name = error instanceof Error ? error.name : "";
      if (!gone) setState({ phase: "failed", problem: problems[name] ?? "The original could not be shown." });
    });
    return () => {
      gone = true;
      loading.then((task) => task.destroy()).catch(() => {});
    };
  }, [fileId]);
  return state;
}
