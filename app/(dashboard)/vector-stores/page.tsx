import type { Metadata } from "next";
import { VectorStoresPage } from "./_components/vector-stores-page";

export const metadata: Metadata = { title: "Vector stores" };

/** The team's vector stores. */
export default function Page() {
  return <VectorStoresPage />;
}
