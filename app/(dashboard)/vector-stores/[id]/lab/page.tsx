import type { Metadata } from "next";
import { LabPage } from "./_components/lab-page";

export const metadata: Metadata = { title: "Retrieval lab" };

/** Where a store's search is tried, compared and explained. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <LabPage vectorStoreId={(await params).id} />;
}
