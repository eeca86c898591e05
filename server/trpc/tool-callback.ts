import { publicOrigin } from "#server/auth/request-origin";
import { principalOfDashboardRead } from "#server/auth/team-principal";
import { isAppError } from "#server/errors";
import { finishConnection } from "#server/services/tools/accounts/finish-connection";
import { silentTrace } from "#server/tracing/span";
import { answerRefusal } from "#server/trpc/request-refusal";

/**
 * `GET /api/mcp/callback`: where an authorization server sends the browser back to. It goes on to the tool's page, which
 * says what came of it; somebody who is not signed in any more, to the page to sign in.
 */
export async function answerToolCallback(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  try {
    const principal = await principalOfDashboardRead(request.headers);
    const ctx = { principal, signal: request.signal, trace: silentTrace };
    const given = (name: string, most: number) => searchParams.get(name)?.slice(0, most) ?? null;
    const input = {
      ...{ state: given("state", 512) ?? "", code: given("code", 8192) },
      ...{ error: given("error", 512), iss: given("iss", 2048) },
    };
    const { toolId, outcome } = await finishConnection({ ctx, input });
    return goTo(request, `/tools${toolId === null ? "" : `/${toolId}`}?account=${outcome}`);
  } catch (error) {
    if (isAppError(error) && error.code === "unauthenticated") return goTo(request, "/sign-in");
    return answerRefusal(error);
  }
}

function goTo({ headers }: Request, path: string): Response {
  const location = new URL(path, publicOrigin(headers)).href;
  return new Response(null, {
    status: 303,
    headers: { location, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}
