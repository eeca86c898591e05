import type { Metadata } from "next";
import { ToolsPage } from "./_components/tools-page";

export const metadata: Metadata = { title: "Tools" };

/** The team's saved tools: MCP servers and HTTP requests. */
export default function Page() {
  return <ToolsPage />;
}
