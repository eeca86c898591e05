export interface UploadRequest {
  file: File;
  /** Its place in the folder it came with, or its name. */
  path: string;
  signal: AbortSignal;
  /** 0 to 1, as bytes leave. */
  onProgress: (share: number) => void;
}

function messageOf(request: XMLHttpRequest): string {
  try {
    const body: unknown = JSON.parse(request.responseText);
    if (typeof body === "object" && body !== null && "error" in body) {
      const { error } = body;
      if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
    }
  } catch {
    // The answer is no JSON: a proxy in front may have refused the upload.
  }
  if (request.status === 413) return "The file is too large.";
  return `The server answered ${request.status}.`;
}

/**
 * Sends a file and resolves with its id. XMLHttpRequest, since fetch tells nothing of an upload's progress.
 * @throws Error with words for the reader; an abort rejects with the signal's reason
 */
export function uploadFile({ file, path, signal, onProgress }: UploadRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new Error("The server could not be reached."));
    request.onload = () => {
      signal.removeEventListener("abort", abort);
      if (request.status >= 300) return reject(new Error(messageOf(request)));
      try {
        const body: unknown = JSON.parse(request.responseText);
        if (typeof body === "object" && body !== null && "id" in body) return resolve(String(body.id));
      } catch {
        // Falls through to the one refusal below.
      }
      reject(new Error("The server’s answer was not understood."));
    };
    const form = new FormData();
    form.append("purpose", "assistants");
    form.append("file", file, file.name);
    request.open("POST", `/api/files?path=${encodeURIComponent(path)}`);
    request.send(form);
  });
}
