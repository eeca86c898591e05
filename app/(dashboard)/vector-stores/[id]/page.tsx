import type { Metadata } from "next";
import { StorePage } from "./_components/store-page";

export const metadata: Metadata = { title: "Vector store" };

interface PageInput {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ file?: string | string[] }>;
}

/** One vector store; `file` in the URL opens that file's chunks. */
export default async function Page({ params, searchParams }: PageInput) {
  const { file } = await searchParams;
  return <StorePage vectorStoreId={(await params).id} startFileId={typeof file === "string" ? file : null} />;
}
