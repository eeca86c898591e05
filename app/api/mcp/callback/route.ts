import { answerToolCallback } from "#server/trpc/tool-callback";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  return answerToolCallback(request);
}
