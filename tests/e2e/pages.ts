/** The dashboard's pages that need no id. */
export const PAGES = [
  "/overview",
  "/playground",
  "/prompts",
  "/responses",
  "/responses?view=conversations",
  "/approvals",
  "/traces",
  "/vector-stores",
  "/api-keys",
  "/models",
  "/providers",
  "/tools",
  "/webhooks",
  "/settings",
];

/** What the pages are shown with. */
export interface SeededIds {
  storeId: string;
  fileId: string;
  traceId: string;
  webhookId: string;
  /** A saved MCP server, and a saved request. */
  serverToolId: string;
  httpToolId: string;
  responseId: string;
  /** A response that waits for an approval. */
  askingId: string;
  conversationId: string;
  promptId: string;
}

/** Every page, those of single things included. */
export function allPages(seed: SeededIds): string[] {
  return [
    ...PAGES,
    `/traces/${seed.traceId}`,
    `/vector-stores/${seed.storeId}`,
    `/vector-stores/${seed.storeId}/files/${seed.fileId}`,
    `/vector-stores/${seed.storeId}/lab`,
    `/webhooks/${seed.webhookId}`,
    `/tools/${seed.serverToolId}`,
    `/tools/${seed.httpToolId}`,
    `/responses/${seed.responseId}`,
    `/responses/${seed.askingId}`,
    `/responses/conversations/${seed.conversationId}`,
    `/prompts/${seed.promptId}`,
  ];
}
