import type { Metadata } from "next";
import { ConversationPage } from "./_components/conversation-page";

export const metadata: Metadata = { title: "Conversation" };

/** One conversation: everything that was said in it. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ConversationPage conversationId={(await params).id} />;
}
