import type { Metadata } from "next";
import { FilePage } from "./_components/file-page";

export const metadata: Metadata = { title: "File" };

interface PageInput {
  params: Promise<{ id: string; fileId: string }>;
  searchParams: Promise<{ chunk?: string | string[] }>;
}

/** A file of a store as it was read and cut; `chunk` in the URL opens it at that passage. */
export default async function Page({ params, searchParams }: PageInput) {
  const [{ id, fileId }, { chunk }] = await Promise.all([params, searchParams]);
  return (
    <FilePage vectorStoreId={id} fileId={fileId} startChunkId={typeof chunk === "string" && chunk ? chunk : null} />
  );
}
