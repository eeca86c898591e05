import { requirePermission } from "#server/auth/permissions";
import { principalOfDashboardRequest } from "#server/auth/team-principal";
import { toFileObject } from "#server/services/files/file-object";
import { uploadFile } from "#server/services/files/upload-file";
import { silentTrace } from "#server/tracing/span";
import { answerRefusal } from "#server/trpc/request-refusal";

/**
 * `POST /api/files`: a file dropped on the dashboard. A tRPC procedure cannot stream a body, so this stands beside
 * them under the same rules: the session's cookie, the same origin, the role's permission. Answers with the file, or
 * with `{ error: { message, code, param } }`. `?path=` is where the file stood in a dropped folder.
 */
export async function answerUpload(request: Request): Promise<Response> {
  try {
    const principal = await principalOfDashboardRequest(request.headers);
    requirePermission(principal, "files.write");
    const length = request.headers.get("content-length");
    const row = await uploadFile({
      ctx: { principal, signal: request.signal, trace: silentTrace },
      input: {
        contentType: request.headers.get("content-type") ?? "",
        contentLength: length === null ? null : Number(length),
        body: pieces(request.body),
        relativePath: new URL(request.url).searchParams.get("path"),
      },
    });
    return Response.json(toFileObject(row));
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
