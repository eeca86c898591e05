import { answerOriginal } from "#server/trpc/download";

export const dynamic = "force-dynamic";

export async function GET(request: Request, { params }: { params: Promise<{ fileId: string }> }): Promise<Response> {
  return answerOriginal(request, (await params).fileId);
}
