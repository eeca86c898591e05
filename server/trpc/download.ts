import { requirePermission } from "#server/auth/permissions";
import { principalOfDashboardRead } from "#server/auth/team-principal";
import { answerDownload } from "#server/protocol/download";
import { openContainerFile } from "#server/services/containers/get-container-file";
import type { ServiceContext } from "#server/services/context";
import { openFileContent } from "#server/services/files/open-file-content";
import { silentTrace } from "#server/tracing/span";
import { answerRefusal } from "#server/trpc/request-refusal";

interface Opened {
  file: { filename: string; bytes: number };
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * `GET /api/files/{id}/content`: the original, for the dashboard's viewer and its downloads: the session's cookie, the
 * role's permission, and no other site's page. Kept by no cache: the next who signs in here may be of another team.
 */
export function answerOriginal(request: Request, fileId: string): Promise<Response> {
  return answerFile(request, (ctx) => openFileContent({ ctx, input: { fileId } }));
}

/** `GET /api/containers/{id}/files/{id}/content`: what code has written, under the same rules. */
export function answerContainerFile(
  request: Request,
  input: { containerId: string; fileId: string },
): Promise<Response> {
  return answerFile(request, async (ctx) => {
    const { file, bytes } = await openContainerFile({ ctx, input });
    return { file: { filename: file.path.slice(file.path.lastIndexOf("/") + 1), bytes: file.bytes }, bytes };
  });
}

async function answerFile(request: Request, open: (ctx: ServiceContext) => Promise<Opened>): Promise<Response> {
  try {
    const principal = await principalOfDashboardRead(request.headers);
    requirePermission(principal, "files.read");
    const { file, bytes } = await open({ principal, signal: request.signal, trace: silentTrace });
    const headers = { "cache-control": "private, no-store", "cross-origin-resource-policy": "same-origin" };
    return answerDownload(file, bytes, headers);
  } catch (error) {
    return answerRefusal(error);
  }
}
