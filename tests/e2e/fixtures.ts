import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";
import type OpenAI from "openai";
import { PDFDocument, StandardFonts } from "pdf-lib";
import type { SeededIds } from "#tests/e2e/pages";
import { type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";
import { ORDER } from "#tests/support/mcp-team";
import { openaiClient, type RunningServer, startServer } from "#tests/support/server";

export const OWNER = { name: "Ada Lovelace", email: "ada@example.com", password: "correct horse battery staple" };

/** Three pages; the sentence about the harbour stands on the second only. */
export async function harbourPdf(): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  const pages = [
    ["The town report", "The town was founded beside a river. Its market opens every Saturday morning."],
    ["The harbour", "The harbour was dredged to a depth of eleven metres in 1987. Ships of any size may enter."],
    ["The railway", "The railway station has four platforms. Night trains leave from platform three."],
  ];
  for (const [title = "", text = ""] of pages) {
    const page = document.addPage([595, 842]);
    page.drawText(title, { x: 60, y: 760, size: 22, font });
    page.drawText(text, { x: 60, y: 700, size: 11, font, maxWidth: 470, lineHeight: 16 });
  }
  return Buffer.from(await document.save());
}

interface WorkerFixtures {
  /** One server for all files that a worker runs, with its pages. */
  server: RunningServer;
  /** The owner's session: cookies for a browser context. */
  session: Awaited<ReturnType<APIRequestContext["storageState"]>>;
  /** A key of the owner's team, made before the account was. */
  key: string;
  /** An MCP server with one tool, which needs approval unless a request says otherwise. */
  shop: ScriptedMcpServer;
  /** One of everything that a page can show: a store with a document, a traced answer about it, an alias, a webhook. */
  seed: SeededIds;
}

interface TestFixtures {
  /** Console errors and failed page scripts since the test began. */
  problems: string[];
}

async function createOwner(server: RunningServer, request: APIRequestContext): Promise<void> {
  const token = /\/setup\?token=(\S+)/.exec(server.output())?.[1];
  const made = await request.post(`${server.url}/api/trpc/setup.createOwner`, {
    headers: { origin: server.url },
    data: { json: { token, ...OWNER, teamName: "Analytical Engines" } },
  });
  expect(made.status(), await made.text()).toBe(200);
}

async function signIn(server: RunningServer, request: APIRequestContext): Promise<void> {
  const { csrfToken } = await (await request.get(`${server.url}/api/auth/csrf`)).json();
  const answer = await request.post(`${server.url}/api/auth/callback/credentials`, {
    form: { csrfToken, email: OWNER.email, password: OWNER.password, json: "true" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** A store with these files, all of them ready, by the API. */
export async function storeWith(
  client: OpenAI,
  { files, ...settings }: OpenAI.VectorStoreCreateParams & { files: readonly File[] },
): Promise<{ storeId: string; fileIds: string[] }> {
  const store = await client.vectorStores.create(settings);
  const fileIds: string[] = [];
  for (const file of files) {
    const attached = await client.vectorStores.files.uploadAndPoll(store.id, file, { pollIntervalMs: 100 });
    expect(attached.status, file.name).toBe("completed");
    fileIds.push(attached.id);
  }
  return { storeId: store.id, fileIds };
}

async function seedStore(
  server: RunningServer,
  key: string,
): Promise<Pick<SeededIds, "storeId" | "fileId" | "traceId" | "responseId">> {
  const client = openaiClient(server, key);
  const file = new File([new Uint8Array(await harbourPdf())], "town-report.pdf", { type: "application/pdf" });
  const { storeId, fileIds } = await storeWith(client, { name: "Town archive", files: [file] });
  const answer = await client.responses
    .create({
      model: "builtin/demo",
      input: "How deep is the harbour?",
      tools: [{ type: "file_search", vector_store_ids: [storeId] }],
    })
    .withResponse();
  return {
    storeId,
    fileId: fileIds[0] ?? "",
    traceId: answer.response.headers.get("x-request-id") ?? "",
    responseId: answer.data.id,
  };
}

/** A response that waits for a call of the shop's tool to be approved; its id. */
export async function askForApproval(client: OpenAI, shop: ScriptedMcpServer): Promise<string> {
  const asking = await client.responses.create({
    model: "builtin/demo",
    input: "Run shop__order for tea.",
    tools: [{ type: "mcp", server_label: "shop", server_url: shop.url }],
  });
  expect(asking.output.at(-1)?.type).toBe("mcp_approval_request");
  return asking.id;
}

/** A conversation with an answer in it, and a prompt with two versions. */
async function seedTemplates(server: RunningServer, key: string) {
  const client = openaiClient(server, key);
  const { id: conversationId } = await client.conversations.create({ metadata: { topic: "harbours" } });
  await client.responses.create({ model: "builtin/demo", input: "Hello", conversation: conversationId });
  const prompt = await client.post<{ id: string }>("/prompts", {
    body: { name: "Town guide", model: "builtin/echo", instructions: "Speak of {{town}}." },
  });
  await client.post(`/prompts/${prompt.id}/versions`, {
    body: { model: "builtin/echo", messages: [{ role: "user", content: "Tell me of {{town}}." }], make_default: true },
  });
  return { conversationId, promptId: prompt.id };
}

/** Calls a procedure as the owner's own pages do. */
async function mutate(server: RunningServer, request: APIRequestContext, call: { path: string; input: object }) {
  const answer = await request.post(`${server.url}/api/trpc/${call.path}`, {
    headers: { origin: server.url },
    data: { json: call.input },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()).result.data.json;
}

/** An alias, and a webhook that was told of something, at an address where nobody listens. */
async function seedRoutes(server: RunningServer, request: APIRequestContext): Promise<string> {
  const targets = [
    { model: "builtin/demo", priority: 1, weight: 3 },
    { model: "builtin/echo", priority: 1, weight: 1 },
  ];
  await mutate(server, request, { path: "models.createRoute", input: { alias: "fast", targets } });
  const events = ["response.completed"];
  const settings = { name: "Order service", url: "http://127.0.0.1:9/hook", events, backgroundOnly: true };
  const { webhook } = await mutate(server, request, { path: "webhooks.create", input: settings });
  await mutate(server, request, { path: "webhooks.test", input: { id: webhook.id, event: "response.completed" } });
  return webhook.id;
}

/** A saved server that works, and a saved request to where nobody listens. */
async function seedTools(server: RunningServer, request: APIRequestContext, shop: ScriptedMcpServer) {
  const secretHeaders = { authorization: "Bearer seed-token" };
  const mcp = { url: shop.url };
  const saved = { kind: "mcp", name: "market", description: "Orders things.", mcp, secretHeaders };
  const { id: serverToolId } = await mutate(server, request, { path: "tools.create", input: saved });
  const parameters = { type: "object", properties: { currency: { type: "string" } }, required: ["currency"] };
  const http = { method: "GET", url: "http://127.0.0.1:9/rates/{currency}", parameters };
  const rates = { kind: "http", name: "get_rate", description: "The rate of a currency.", http };
  const { id: httpToolId } = await mutate(server, request, { path: "tools.create", input: rates });
  return { serverToolId, httpToolId };
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({ browserName: _browser }, use) => {
      // Sites that the tests hold are on this machine.
      const server = await startServer({ pages: true, env: { OUTBOUND_ALLOW: "127.0.0.1" } });
      // The browser must see the host that the server believes in.
      await use({ ...server, url: server.url.replace("127.0.0.1", "localhost") });
      await server.stop();
      await server.remove();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  key: [
    async ({ server }, use) => {
      await use(/Bearer (rj_[\w-]+)/.exec(server.output())?.[1] ?? "");
    },
    { scope: "worker" },
  ],
  session: [
    async ({ server, playwright }, use) => {
      const request = await playwright.request.newContext();
      await createOwner(server, request);
      await signIn(server, request);
      await use(await request.storageState());
      await request.dispose();
    },
    { scope: "worker" },
  ],
  shop: [
    async ({ browserName: _browser }, use) => {
      const shop = await startMcpServer({ tools: [ORDER] });
      await use(shop);
      await shop.close();
    },
    { scope: "worker" },
  ],
  seed: [
    async ({ server, key, session, shop, playwright }, use) => {
      const request = await playwright.request.newContext({ storageState: session });
      const webhookId = await seedRoutes(server, request);
      const tools = await seedTools(server, request, shop);
      await request.dispose();
      const askingId = await askForApproval(openaiClient(server, key), shop);
      const made = { ...(await seedStore(server, key)), ...(await seedTemplates(server, key)) };
      await use({ ...made, ...tools, webhookId, askingId });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  problems: async ({ page }, use) => {
    const problems: string[] = [];
    watch(page, problems);
    await use(problems);
  },
});

/** Collects what a page reports as broken: console errors, uncaught exceptions, answers of 500 and above. */
export function watch(page: Page, problems: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} ${response.url()}`);
  });
}

/** Goes to a page and waits until its data is there: no skeleton is left. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // Looked for more often than by default: of some hundred loads, most of the time was the wait between two looks.
  await expect.poll(() => page.locator("[data-skeleton]").count(), { intervals: [25] }).toBe(0);
}

/** Signed in as the owner: the browser context carries the session. */
export const ownerTest = test.extend({
  storageState: async ({ session }, use) => use(session),
});

export { expect };
