import type { Metadata } from "next";
import { WebhooksPage } from "./_components/webhooks-page";

export const metadata: Metadata = { title: "Webhooks" };

/** Who is told when the team's responses end. */
export default function Page() {
  return <WebhooksPage />;
}
