import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { prisma } from "#server/db/client";
import { listUnendedImports } from "#server/db/url-imports";
import { startQueue, stopQueue } from "#server/jobs/queue";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { cancelUrlImport } from "#server/services/url-imports/cancel-url-import";
import { deleteUrlImport } from "#server/services/url-imports/delete-url-import";
import { listImportPages } from "#server/services/url-imports/list-import-pages";
import { listUrlImports } from "#server/services/url-imports/list-url-imports";
import { performUrlImport } from "#server/services/url-imports/perform-url-import";
import { retryUrlImport } from "#server/services/url-imports/retry-url-import";
import { startUrlImport } from "#server/services/url-imports/start-url-import";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { listVectorStoreFiles } from "#server/services/vector-stores/list-vector-store-files";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

/** What the site answers, by path. */
const site = new Map<string, { body: string | Buffer; until?: Promise<void> }>();
const asked: string[] = [];

let database: TestDatabase;
let server: Server;
let origin: string;
let ctx: ServiceContext;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const page = site.get(request.url ?? "");
    asked.push(request.url ?? "");
    await page?.until;
    response.writeHead(page ? 200 : 404, { "content-type": "text/html" }).end(page?.body ?? "gone");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1,localhost", URL_IMPORT_MAX_PAGES: "3" });
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
});
afterAll(async () => {
  server.close();
  await stopQueue();
  await database.close();
});

async function newStore(): Promise<string> {
  return (await createVectorStore({ ctx, input: { name: "Site" } })).id;
}

function run(importId: string): Promise<void> {
  return performUrlImport({ input: { teamId: ctx.principal.teamId, importId }, signal: ctx.signal });
}

async function filesOf(vectorStoreId: string) {
  const query = { limit: 100, order: "asc" as const, after: null, before: null };
  const { rows } = await listVectorStoreFiles({ ctx, input: { vectorStoreId, query, status: null } });
  return rows.map(({ filename, attributes }) => ({ filename, attributes }));
}

async function outcomes(importId: string) {
  const rows = await listImportPages({ ctx, input: { importId, status: null, after: -1, limit: 100 } });
  return rows.map(({ url, status, errorMessage }) => [url.replace(origin, ""), status, errorMessage]);
}

const urlset = (...paths: string[]) =>
  `<urlset>${paths.map((path) => `<url><loc>${path}</loc></url>`).join("")}</urlset>`;

it("makes each page a file with its address, and says of each that fails why", async () => {
  site.set("/a", { body: "<h1>Harbour</h1>" });
  site.set("/empty", { body: "" });
  const vectorStoreId = await newStore();
  const urls = [`${origin}/a#top`, `${origin}/a`, `${origin}/missing`, `${origin}/empty`];
  const started = await startUrlImport({ ctx, input: { vectorStoreId, source: { urls } } });
  expect(started).toMatchObject({ status: "in_progress", pages: { waiting: 3, failed: 0 } });
  await run(started.id);
  expect(await outcomes(started.id)).toEqual([
    ["/a", "added", null],
    ["/missing", "failed", expect.stringContaining("answered 404")],
    ["/empty", "failed", expect.stringContaining("empty")],
  ]);
  const { host } = new URL(origin);
  expect(await filesOf(vectorStoreId)).toEqual([{ filename: `${host}/a.html`, attributes: { url: `${origin}/a` } }]);
  expect(await listUrlImports({ ctx, input: { vectorStoreId } })).toMatchObject([
    { id: started.id, status: "completed", pages: { added: 1, failed: 2, waiting: 0 } },
  ]);
});

it("tries failed pages again, and only them", async () => {
  site.set("/steady", { body: "steady" });
  site.delete("/shy");
  const vectorStoreId = await newStore();
  const urls = [`${origin}/steady`, `${origin}/shy`];
  const { id } = await startUrlImport({ ctx, input: { vectorStoreId, source: { urls } } });
  await run(id);
  site.set("/shy", { body: "here after all" });
  asked.length = 0;
  await retryUrlImport({ ctx, input: { importId: id } });
  await run(id);
  expect(asked).toEqual(["/shy"]);
  expect(await outcomes(id)).toEqual([
    ["/steady", "added", null],
    ["/shy", "added", null],
  ]);
});

it("leaves a page that has not changed, and replaces one that has", async () => {
  site.set("/news", { body: "monday" });
  const vectorStoreId = await newStore();
  const input = { vectorStoreId, source: { urls: [`${origin}/news`] } };
  const first = await startUrlImport({ ctx, input });
  await run(first.id);
  const again = await startUrlImport({ ctx, input });
  await run(again.id);
  expect(await outcomes(again.id)).toEqual([["/news", "unchanged", null]]);
  site.set("/news", { body: "tuesday" });
  const third = await startUrlImport({ ctx, input });
  await run(third.id);
  expect(await outcomes(third.id)).toEqual([["/news", "added", null]]);
  expect(await filesOf(vectorStoreId)).toHaveLength(1);
});

it("reads a sitemap through its index, packed, on its own host, up to the limit", async () => {
  const other = origin.replace("127.0.0.1", "localhost");
  for (const path of ["/1", "/2", "/3", "/4"]) site.set(path, { body: path });
  site.set("/sitemap.xml", {
    body: `<sitemapindex><sitemap><loc>${origin}/one.xml</loc></sitemap><sitemap><loc>${origin}/two.xml.gz</loc></sitemap><sitemap><loc>${origin}/one.xml</loc></sitemap></sitemapindex>`,
  });
  site.set("/one.xml", { body: urlset(`${origin}/1`, `${other}/elsewhere`, `${origin}/2#part`) });
  site.set("/two.xml.gz", { body: gzipSync(urlset(`${origin}/2`, `${origin}/3`, `${origin}/4`)) });
  const vectorStoreId = await newStore();
  const source = { sitemapUrl: `${origin}/sitemap.xml`, otherHosts: false };
  const started = await startUrlImport({ ctx, input: { vectorStoreId, source } });
  expect(started).toMatchObject({ listed: false, pages: { waiting: 0 } });
  asked.length = 0;
  await run(started.id);
  expect(asked.slice(0, 3)).toEqual(["/sitemap.xml", "/one.xml", "/two.xml.gz"]);
  expect(asked.filter((path) => path === "/one.xml")).toHaveLength(1);
  expect((await outcomes(started.id)).map(([url]) => url)).toEqual(["/1", "/2", "/3"]);
  expect(await listUrlImports({ ctx, input: { vectorStoreId } })).toMatchObject([
    { status: "completed", listed: true, skippedCount: 2, pages: { added: 3 } },
  ]);
});

it("brings what the other sitemaps of an index list when one cannot be read, and says why when none can", async () => {
  const index = `<sitemapindex><sitemap><loc>${origin}/gone.xml</loc></sitemap><sitemap><loc>${origin}/here.xml</loc></sitemap></sitemapindex>`;
  site.set("/index.xml", { body: index });
  site.set("/here.xml", { body: urlset(`${origin}/1`) });
  site.set("/1", { body: "one" });
  const vectorStoreId = await newStore();
  const source = { sitemapUrl: `${origin}/index.xml`, otherHosts: false };
  const { id } = await startUrlImport({ ctx, input: { vectorStoreId, source } });
  await run(id);
  expect(await outcomes(id)).toEqual([["/1", "added", null]]);
  const [listed] = await listUrlImports({ ctx, input: { vectorStoreId } });
  expect(listed).toMatchObject({ status: "completed", skippedCount: 1 });
  site.delete("/here.xml");
  const again = await startUrlImport({ ctx, input: { vectorStoreId, source } });
  await run(again.id);
  const [failed] = await listUrlImports({ ctx, input: { vectorStoreId } });
  expect(failed).toMatchObject({ id: again.id, status: "failed", errorMessage: expect.stringContaining("404") });
});

it("lists imports that have not ended a page at a time, to the last", async () => {
  const vectorStoreId = await newStore();
  const started: string[] = [];
  for (const path of ["/x", "/y", "/z"]) {
    const source = { urls: [`${origin}${path}`] };
    started.push((await startUrlImport({ ctx, input: { vectorStoreId, source } })).id);
  }
  const before = new Date(Date.now() + 1_000);
  const found: string[] = [];
  let page = await listUnendedImports({ before, after: "", limit: 2 });
  while (page.length > 0) {
    expect(page.length).toBeLessThanOrEqual(2);
    found.push(...page.map((row) => row.importId));
    page = await listUnendedImports({ before, after: found.at(-1) ?? "", limit: 2 });
  }
  expect(found.filter((id) => started.includes(id))).toEqual(started);
});

it("ends with what is wrong with a sitemap, and reads it again when asked to", async () => {
  site.set("/map", { body: "<html>Sign in</html>" });
  const vectorStoreId = await newStore();
  const source = { sitemapUrl: `${origin}/map`, otherHosts: false };
  const { id } = await startUrlImport({ ctx, input: { vectorStoreId, source } });
  await run(id);
  const failed = { status: "failed", errorMessage: expect.stringContaining("no sitemap") };
  expect(await listUrlImports({ ctx, input: { vectorStoreId } })).toMatchObject([failed]);
  site.set("/map", { body: urlset(`${origin}/1`) });
  await retryUrlImport({ ctx, input: { importId: id } });
  await run(id);
  const completed = { status: "completed", errorMessage: null, pages: { added: 1 } };
  expect(await listUrlImports({ ctx, input: { vectorStoreId } })).toMatchObject([completed]);
});

it("does nothing once it is cancelled, and leaves nothing behind when it is deleted", async () => {
  const vectorStoreId = await newStore();
  const { id } = await startUrlImport({ ctx, input: { vectorStoreId, source: { urls: [`${origin}/a`] } } });
  await cancelUrlImport({ ctx, input: { importId: id } });
  asked.length = 0;
  await run(id);
  expect(asked).toEqual([]);
  expect(await filesOf(vectorStoreId)).toEqual([]);
  await deleteUrlImport({ ctx, input: { importId: id } });
  await run(id);
  expect(await prisma().urlImportPage.count({ where: { importId: id } })).toBe(0);
  await expect(deleteUrlImport({ ctx, input: { importId: id } })).rejects.toMatchObject({ code: "not_found" });
});

it("keeps a page out of a store whose import is deleted while it is fetched", async () => {
  const vectorStoreId = await newStore();
  const { id } = await startUrlImport({ ctx, input: { vectorStoreId, source: { urls: [`${origin}/late`] } } });
  const answer = Promise.withResolvers<void>();
  site.set("/late", { body: "too late", until: answer.promise });
  const fetching = once(server, "request");
  const running = run(id);
  await fetching;
  await deleteUrlImport({ ctx, input: { importId: id } });
  answer.resolve();
  await running;
  expect(await filesOf(vectorStoreId)).toEqual([]);
});

it.each([
  ["twice, as after its job's heartbeat has lapsed", false],
  ["and cancelled and tried again meanwhile", true],
])("adds a page once where an import is run %s", async (_name, again) => {
  const vectorStoreId = await newStore();
  const urls = [`${origin}/slow`, `${origin}/a`];
  const { id } = await startUrlImport({ ctx, input: { vectorStoreId, source: { urls } } });
  const answer = Promise.withResolvers<void>();
  site.set("/slow", { body: `slow ${again}`, until: answer.promise });
  site.set("/a", { body: `quick ${again}`, until: answer.promise });
  asked.length = 0;
  const first = run(id);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  if (again) {
    await cancelUrlImport({ ctx, input: { importId: id } });
    await retryUrlImport({ ctx, input: { importId: id } });
  }
  const second = run(id);
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  answer.resolve();
  await Promise.all([first, second]);
  expect(await outcomes(id)).toEqual([
    ["/slow", "added", null],
    ["/a", "added", null],
  ]);
  expect(await filesOf(vectorStoreId)).toHaveLength(2);
  expect(await prisma().blobGarbage.count({ where: { teamId: ctx.principal.teamId } })).toBe(0);
  expect(await listUrlImports({ ctx, input: { vectorStoreId } })).toMatchObject([{ status: "completed" }]);
});

it.each([
  ["ftp://a.example/", "outbound_not_allowed"],
  ["http://169.254.169.254/latest", "outbound_not_allowed"],
  ["nonsense", "outbound_not_allowed"],
])("refuses %s before anything is fetched", async (url, code) => {
  const refused = startUrlImport({ ctx, input: { vectorStoreId: await newStore(), source: { urls: [url] } } });
  await expect(refused).rejects.toMatchObject({ code, param: "urls", message: expect.stringContaining(url) });
});

it("refuses more pages than one import may have", async () => {
  const urls = [1, 2, 3, 4].map((at) => `${origin}/${at}`);
  const refused = startUrlImport({ ctx, input: { vectorStoreId: await newStore(), source: { urls } } });
  await expect(refused).rejects.toMatchObject({ code: "invalid_value", message: expect.stringContaining("1 to 3") });
});
