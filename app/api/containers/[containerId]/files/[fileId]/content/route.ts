import { answerContainerFile } from "#server/trpc/download";

export const dynamic = "force-dynamic";

export async function GET(
  request: Request,
  { params }: { params: Promise<{ containerId: string; fileId: string }> },
): Promise<Response> {
  return answerContainerFile(request, await params);
}
