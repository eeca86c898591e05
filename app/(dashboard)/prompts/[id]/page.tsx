import type { Metadata } from "next";
import { PromptPage } from "./_components/prompt-page";

export const metadata: Metadata = { title: "Prompt" };

/** One prompt: its versions, and a place to try them. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <PromptPage promptId={(await params).id} />;
}
