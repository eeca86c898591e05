import { requirePermission } from "#server/auth/permissions";
import { principalOfDashboardRequest } from "#server/auth/team-principal";
import { toFileObject } from "#server/services/files/file-object";
import { type UploadInput, uploadFile } from "#server/services/files/upload-file";
import { uploadIntoStore } from "#server/services/vector-stores/upload-into-store";
import { silentTrace } from "#server/tracing/span";
import { answerRefusal } from "#server/trpc/request-refusal";

/**
 * `POST /api/files`: a file dropped on the dashboard. A tRPC procedure cannot stream a body, so this stands beside
 * them under the same rules: the session's cookie, the same origin, the role's permission. Answers with the file, or
 * with `{ error: { message, code, param } }`. `?path=` is where the file stood in a dropped folder. With `?store=` the file
 * goes into that vector store, whether or not the browser still waits for the answer, whose `store` says what became of
 * it: `attached`, or what it waits for, `presentName` of a file with the same content or, with `&hold=1`, a word.
 */
export async function answerUpload(request: Request): Promise<Response> {
  try {
    const principal = await principalOfDashboardRequest(request.headers);
    requirePermission(principal, "files.write");
    const { searchParams } = new URL(request.url);
    const length = request.headers.get("content-length");
    const upload: UploadInput = {
      contentType: request.headers.get("content-type") ?? "",
      contentLength: length === null ? null : Number(length),
      body: pieces(request.body),
      relativePath: searchParams.get("path"),
    };
    const ctx = { principal, signal: request.signal, trace: silentTrace };
    const vectorStoreId = searchParams.get("store");
    if (vectorStoreId === null) return Response.json(toFileObject(await uploadFile({ ctx, input: upload })));
    requirePermission(principal, "vectorStores.write");
    const hold = searchParams.get("hold") === "1";
    const { file, ...store } = await uploadIntoStore({ ctx, input: { upload, vectorStoreId, hold } });
    return Response.json({ ...toFileObject(file), store });
  } catch (error) {
    return answerRefusal(error);
  }
}

async function* pieces(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // Not awaited: a body that still arrives must not hold up the answer.
    reader.cancel().catch(() => {});
  }
}
