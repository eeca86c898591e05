import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { fileHref } from "#components/vector-stores/file-href";
import { StorePage } from "./_components/store-page";

export const metadata: Metadata = { title: "Vector store" };

interface PageInput {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ file?: string | string[] }>;
}

/** One vector store; with `file` in the URL, that file's page. */
export default async function Page({ params, searchParams }: PageInput) {
  const [{ id }, { file }] = await Promise.all([params, searchParams]);
  if (typeof file === "string") redirect(fileHref({ vectorStoreId: id, fileId: file }));
  return <StorePage vectorStoreId={id} />;
}
