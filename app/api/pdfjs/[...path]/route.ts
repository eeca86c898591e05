import { answerPdfAsset } from "#server/trpc/pdf-assets";

export const dynamic = "force-dynamic";

export async function GET(_request: Request, { params }: { params: Promise<{ path: string[] }> }): Promise<Response> {
  return answerPdfAsset((await params).path);
}
