import type { Metadata } from "next";
import { WebhookPage } from "./_components/webhook-page";

export const metadata: Metadata = { title: "Webhook" };

/** One webhook: its settings, and what it was told. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <WebhookPage webhookId={id} />;
}
