export interface UploadRequest {
  file: File;
  /** The vector store that the server puts it into, unless it is held or there already. */
  into?: { vectorStoreId: string; hold: boolean } | undefined;
  /** Its place in the folder it came with, or its name. */
  path: string;
  signal: AbortSignal;
  /** 0 to 1, as bytes leave. */
  onProgress: (share: number) => void;
}

/** What arrived. `attached`: it is in the store that was named; `presentName`: what of that store has the same content. */
export interface Uploaded {
  fileId: string;
  attached: boolean;
  presentName: string | null;
}

/** Throws when the text is not what the server answers of an upload. */
function readAnswer(text: string): Uploaded {
  const body: unknown = JSON.parse(text);
  if (typeof body !== "object" || body === null || !("id" in body)) throw new Error("no file");
  const store = "store" in body && typeof body.store === "object" && body.store !== null ? body.store : {};
  const presentName = "presentName" in store && typeof store.presentName === "string" ? store.presentName : null;
  return { fileId: String(body.id), attached: "attached" in store && store.attached === true, presentName };
}

function addressOf({ path, into }: Pick<UploadRequest, "path" | "into">): string {
  const query = new URLSearchParams({ path });
  if (into) query.set("store", into.vectorStoreId);
  if (into?.hold) query.set("hold", "1");
  return `/api/files?${query}`;
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
 * Sends a file and resolves with what became of it. XMLHttpRequest, since fetch tells nothing of an upload's progress.
 * @throws Error with words for the reader; an abort rejects with the signal's reason
 */
export function uploadFile({ file, path, into, signal, onProgress }: UploadRequest): Promise<Uploaded> {
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
        resolve(readAnswer(request.responseText));
      } catch {
        reject(new Error("The server’s answer was not understood."));
      }
    };
    const form = new FormData();
    form.append("purpose", "assistants");
    form.append("file", file, file.name);
    request.open("POST", addressOf({ path, into }));
    request.send(form);
  });
}
