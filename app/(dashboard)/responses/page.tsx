import type { Metadata } from "next";
import { Suspense } from "react";
import { ResponsesPage } from "./_components/responses-page";

export const metadata: Metadata = { title: "Responses" };

/** What is stored: responses and conversations. */
export default function Page() {
  return (
    <Suspense>
      <ResponsesPage />
    </Suspense>
  );
}
