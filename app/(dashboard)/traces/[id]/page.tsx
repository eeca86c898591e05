import type { Metadata } from "next";
import { TracePage } from "./_components/trace-page";

export const metadata: Metadata = { title: "Trace" };

/** One run, step by step. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <TracePage traceId={(await params).id} />;
}
