import type { Metadata } from "next";
import { ResponsePage } from "./_components/response-page";

export const metadata: Metadata = { title: "Response" };

/** One response: what was said before it, its input and its answer. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ResponsePage responseId={(await params).id} />;
}
