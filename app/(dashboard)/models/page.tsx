import type { Metadata } from "next";
import { ModelsPage } from "./_components/models-page";

export const metadata: Metadata = { title: "Models" };

/** What the team's apps can ask for: the default, aliases, and every connection's models. */
export default function Page() {
  return <ModelsPage />;
}
