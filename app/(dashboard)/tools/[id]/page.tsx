import type { Metadata } from "next";
import { ToolPage } from "./_components/tool-page";

export const metadata: Metadata = { title: "Tool" };

/** One saved tool: what it is, whether it works, and what became of its calls. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <ToolPage toolId={id} />;
}
