import type { Metadata } from "next";
import { PromptsPage } from "./_components/prompts-page";

export const metadata: Metadata = { title: "Prompts" };

/** Templates of requests, kept in versions. */
export default function Page() {
  return <PromptsPage />;
}
