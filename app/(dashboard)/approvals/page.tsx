import type { Metadata } from "next";
import { ApprovalsPage } from "./_components/approvals-page";

export const metadata: Metadata = { title: "Approvals" };

/** Calls of tools that wait for somebody to approve them. */
export default function Page() {
  return <ApprovalsPage />;
}
