import type { Page } from "@playwright/test";
import { expect, storeWith, ownerTest as test } from "#tests/e2e/fixtures";
import { addConnection } from "#tests/support/scripted-team";
import { startScriptedUpstream, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { openaiClient, query, type RunningServer } from "#tests/support/server";

/** Sentences that all differ, some 12 tokens each. */
function longText(sentences: number): string {
  const lines = Array.from({ length: sentences }, (_, at) => `Ship ${at} came into the harbour with ${at * 7} crates.`);
  return lines.join("\n\n");
}

async function fileAt(passage: Page) {
  await expect(passage).toHaveURL(/\/files\/.+\?chunk=/);
  await expect(passage.getByText("Page 2 of 3")).toBeVisible();
  const mark = passage.locator("mark[aria-current]").first();
  await expect(mark).toBeInViewport();
  await expect(passage.locator("mark[aria-current]").filter({ hasText: "dredged" }).first()).toBeInViewport();
}

/** How many of a drawn page's dots are dark. */
function darkDots(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 100 && (data[at + 3] ?? 0) > 200) dark++;
  return dark;
}

test("a PDF stands beside its text, follows it page by page, and shows the passage in question", async ({
  page,
  server,
  seed,
  problems,
}) => {
  const workers: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  await page.goto(`${server.url}/vector-stores/${seed.storeId}/files/${seed.fileId}`);
  const original = page.getByRole("region", { name: "Original", exact: true });
  const first = original.getByRole("img", { name: "Page 1 of the original" });
  await expect.poll(() => first.evaluate(darkDots).catch(() => 0)).toBeGreaterThan(100);
  expect(workers.map((url) => new URL(url).origin)).toEqual([new URL(server.url).origin]);

  await page.getByRole("button", { name: "Page after" }).click();
  await expect(page.getByText("Page 2 of 3")).toBeVisible();
  await expect(original.getByRole("img", { name: "Page 2 of the original" })).toBeInViewport();
  await original.getByRole("button", { name: "Show the text of page 3" }).click();
  await expect(page.getByText("Page 3 of 3")).toBeVisible();
  await expect(page.getByRole("region", { name: "Text of the file" })).toContainText("four platforms");
  await expect(original.locator("[data-passage-box]")).toHaveCount(0);
  await page.getByRole("button", { name: /four platforms/ }).click();
  await expect(original.locator("[data-passage-box]").first()).toBeInViewport();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("town-report.pdf");
  expect(problems).toEqual([]);
});

test("originals go to nobody who is not signed in, and no other site's page reads them", async ({
  request,
  playwright,
  server,
  seed,
}) => {
  const url = `${server.url}/api/files/${seed.fileId}/content`;
  const own = await request.get(url);
  expect(own.status()).toBe(200);
  expect(own.headers()).toMatchObject({
    "content-type": "application/octet-stream",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
  });
  expect((await own.body()).subarray(0, 5).toString()).toBe("%PDF-");
  expect((await request.get(`${server.url}/api/files/file-unknown/content`)).status()).toBe(404);
  const stranger = await playwright.request.newContext({ storageState: { cookies: [], origins: [] } });
  expect((await stranger.get(url)).status()).toBe(401);
  for (const path of ["1.0.0/worker.mjs", "1.0.0/wasm/openjpeg.wasm", "x/..%2F..%2Fpackage.json"]) {
    expect((await stranger.get(`${server.url}/api/pdfjs/${path}`)).status()).toBe(404);
  }
  await stranger.dispose();
});

test("a citation in the playground and one in a trace open the file at the passage", async ({
  page,
  server,
  seed,
  problems,
}) => {
  await page.goto(`${server.url}/playground?store=${seed.storeId}`);
  await page.getByRole("textbox", { name: "Message" }).fill("How deep is the harbour?");
  await page.getByRole("button", { name: "Send" }).click();
  const turn = page.getByRole("region", { name: "Turn" });
  await turn
    .getByRole("button", { name: /^Source 1/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Open the file at this passage" }).click();
  await fileAt(page);

  await page.goto(`${server.url}/traces/${seed.traceId}`);
  await page.getByRole("tab", { name: "Messages" }).click();
  await page
    .getByRole("button", { name: /^Source 1/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Open the file at this passage" }).click();
  await fileAt(page);
  expect(problems).toEqual([]);
});

test("a cut is seen before anything is stored, and then the file is indexed with it", async ({
  page,
  server,
  key,
  problems,
}) => {
  const client = openaiClient(server, key);
  const files = [new File([longText(60)], "ships.md")];
  const { storeId, fileIds } = await storeWith(client, { name: "Cuts", files });
  const [fileId = ""] = fileIds;
  const chunks = async () =>
    (await client.vectorStores.files.retrieve(fileId, { vector_store_id: storeId })).chunking_strategy;
  await page.goto(`${server.url}/vector-stores/${storeId}/files/${fileId}`);
  await page.getByRole("button", { name: "Cut anew" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Tokens a passage").fill("60");
  await expect(dialog.getByText("A whole number from 100 to 4096.")).toBeVisible();
  await dialog.getByLabel("Tokens a passage").fill("100");
  await dialog.getByLabel("Shared with the one before").fill("20");
  await expect(dialog.getByRole("button", { name: "Index with this cut" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Show this cut" }).click();
  await expect(dialog.getByRole("button", { name: "Index with this cut" })).toBeEnabled();
  const facts = await dialog.getByRole("definition").allTextContents();
  const count = Number(/^\d+/.exec(facts[0] ?? "")?.[0]);
  expect(count).toBeGreaterThan(5);
  expect(Number(facts.at(-1))).toBeLessThanOrEqual(100);
  expect(await chunks()).toEqual({ type: "static", static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 0 } });

  await dialog.getByRole("button", { name: "Index with this cut" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("100 tokens, 20 shared")).toBeVisible();
  await expect(page.getByText("Ready")).toBeVisible();
  await expect(page.getByRole("definition").nth(1)).toHaveText(String(count));

  await page.getByRole("button", { name: "Attributes" }).click();
  await page.getByLabel("Name of attribute 1").fill("fleet");
  await page.getByLabel("Value of fleet").fill("northern");
  await page.getByRole("button", { name: "Save attributes" }).click();
  await expect(page.getByText("fleet = northern")).toBeVisible();
  expect(problems).toEqual([]);
});

test("a file is held until its cut has been seen, and is first indexed with the cut that was chosen", async ({
  page,
  server,
  key,
  problems,
}) => {
  const client = openaiClient(server, key);
  const store = await client.vectorStores.create({ name: "Held" });
  await page.goto(`${server.url}/vector-stores/${store.id}`);
  await page.getByRole("switch", { name: "Preview each cut before indexing" }).click();
  const files = ["ships.md", "boats.md", "barges.md"].map((name, at) => ({
    ...{ name, mimeType: "text/markdown", buffer: Buffer.from(longText(40 + at)) },
  }));
  await page.getByLabel("Choose files").and(page.locator("input")).setInputFiles(files);
  await expect(page.getByText("3 files wait to be indexed")).toBeVisible();
  expect((await client.vectorStores.files.list(store.id)).data).toEqual([]);

  await page.getByRole("button", { name: "Preview the cut of ships.md" }).click();
  await page.getByRole("button", { name: "Set sizes" }).click();
  await page.getByLabel("Tokens a passage").fill("120");
  await page.getByLabel("Tokens a passage").press("Enter");
  await page.getByRole("button", { name: "Index with this cut" }).click();
  await page.getByRole("button", { name: "Skip boats.md" }).click();
  await page.getByRole("button", { name: "Index barges.md" }).click();
  await expect(page.getByRole("region", { name: "Uploads" })).toHaveCount(0);
  await expect(page.getByRole("row").filter({ hasText: "Ready" })).toHaveCount(2);
  const sizes = (await client.vectorStores.files.list(store.id, { order: "asc" })).data.map(
    (file) => file.chunking_strategy,
  );
  expect(sizes).toEqual([
    { type: "static", static: { max_chunk_size_tokens: 120, chunk_overlap_tokens: 0 } },
    { type: "static", static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 0 } },
  ]);
  expect(problems).toEqual([]);
});

/** A store whose embeddings are made by an upstream of the test's. */
async function storeOfUpstream(server: RunningServer, key: string) {
  const [team] = await query<{ id: string }>(server, "SELECT team_id AS id FROM api_key LIMIT 1");
  const upstream = await startScriptedUpstream();
  await addConnection(server, team?.id ?? "", { name: "vectors", baseUrl: upstream.baseUrl, models: ["eight"] });
  upstream.setDefault(embed);
  const client = openaiClient(server, key);
  // What a team's connections are is remembered for a moment, and another test may just have asked.
  const firstVector = () => client.embeddings.create({ model: "vectors/eight", input: "Are you there?" });
  await expect.poll(() => firstVector().then(({ data }) => data.length, String)).toBe(1);
  const store = await client.vectorStores.create({ name: "Watched" });
  await query(server, "UPDATE vector_store SET embedding_model = 'vectors/eight', dimensions = NULL WHERE id = $1", [
    store.id,
  ]);
  return { upstream, store };
}

function embed(exchange: UpstreamExchange): void {
  const texts = exchange.body.input as string[];
  const data = texts.map((text, index) => ({ index, embedding: [1, 0, 0, 0, 0, 0, 0, text.length] }));
  exchange.json(200, { object: "list", model: "eight", data, usage: { prompt_tokens: 1, total_tokens: 1 } });
}

test("a file's way to being ready is seen step by step, goes on without the tab, and a failure is tried again", async ({
  page,
  context,
  server,
  key,
}) => {
  const { upstream, store } = await storeOfUpstream(server, key);
  const held: UpstreamExchange[] = [];
  let isOpen = false;
  let batches = 0;
  upstream.setDefault((exchange) => {
    const isBatch = (exchange.body.input as string[]).length > 1;
    if (isOpen || !isBatch || batches++ === 0) embed(exchange);
    else held.push(exchange);
  });
  const client = openaiClient(server, key);
  const { id } = await client.files.create({ file: new File([longText(500)], "ships.md"), purpose: "assistants" });
  await page.goto(`${server.url}/vector-stores/${store.id}`);
  const sizes = { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 };
  await client.vectorStores.files.create(store.id, {
    ...{ file_id: id, chunking_strategy: { type: "static", static: sizes } },
  });
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "ships.md" });
  await expect(row).toContainText(/Embedding\s*[1-9]\d* of \d\d/);
  await page.close();
  isOpen = true;
  for (const exchange of held) embed(exchange);

  const later = await context.newPage();
  await later.goto(`${server.url}/vector-stores/${store.id}`);
  await expect(later.getByRole("row").filter({ hasText: "ships.md" })).toContainText("Ready");

  upstream.setDefault((exchange) => exchange.json(401, { error: { message: "No such key", code: "invalid_api_key" } }));
  const broken = await client.files.create({ file: new File(["A lighthouse."], "light.md"), purpose: "assistants" });
  await client.vectorStores.files.create(store.id, { file_id: broken.id });
  await later.goto(`${server.url}/vector-stores/${store.id}/files/${broken.id}`);
  await expect(later.getByText("Failed")).toBeVisible();
  await expect(later.getByText(/vectors|credential|key/i).first()).toBeVisible();
  upstream.setDefault(embed);
  await later.getByRole("button", { name: "Retry" }).click();
  await expect(later.getByText("Ready")).toBeVisible();
  await upstream.close();
});
