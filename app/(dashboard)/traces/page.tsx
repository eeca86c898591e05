import type { Metadata } from "next";
import { Suspense } from "react";
import { TracesPage } from "./_components/traces-page";

export const metadata: Metadata = { title: "Traces" };

/** Everything that ran. */
export default function Page() {
  return (
    <Suspense>
      <TracesPage />
    </Suspense>
  );
}
