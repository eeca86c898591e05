import { requirePermission } from "#server/auth/permissions";
import { principalOfDashboardRead } from "#server/auth/team-principal";
import { answerDownload } from "#server/protocol/download";
import { openFileContent } from "#server/services/files/open-file-content";
import { silentTrace } from "#server/tracing/span";
import { answerRefusal } from "#server/trpc/request-refusal";

/**
 * `GET /api/files/{id}/content`: the original, for the dashboard's viewer and its downloads: the session's cookie, the
 * role's permission, and no other site's page. Kept by no cache: the next who signs in here may be of another team.
 */
export async function answerOriginal(request: Request, fileId: string): Promise<Response> {
  try {
    const principal = await principalOfDashboardRead(request.headers);
    requirePermission(principal, "files.read");
    const ctx = { principal, signal: request.signal, trace: silentTrace };
    const { file, bytes } = await openFileContent({ ctx, input: { fileId } });
    const headers = { "cache-control": "private, no-store", "cross-origin-resource-policy": "same-origin" };
    return answerDownload(file, bytes, headers);
  } catch (error) {
    return answerRefusal(error);
  }
}
