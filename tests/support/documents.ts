import type { FileRow } from "#server/db/files";
import type { ServiceContext } from "#server/services/context";
import { uploadFile } from "#server/services/files/upload-file";

/** A file made by a test. */
export interface TestFile {
  filename: string;
  /** The content: text, or bytes as they are. */
  content: string | Uint8Array;
}

/** Uploads a file through the service that the API uses. */
export async function storeTestFile(ctx: ServiceContext, file: TestFile): Promise<FileRow> {
  const form = new FormData();
  form.set("purpose", "assistants");
  const bytes = typeof file.content === "string" ? new TextEncoder().encode(file.content) : file.content;
  form.set("file", new File([bytes.slice()], file.filename));
  const request = new Request("http://test/", { method: "POST", body: form });
  if (request.body === null) throw new Error("the form has no body");
  return uploadFile({
    ctx,
    input: { contentType: request.headers.get("content-type") ?? "", contentLength: null, body: request.body },
  });
}
